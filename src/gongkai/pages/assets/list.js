// The list of reports: what its rows, columns and filters are, over data/reports.json.
(() => {
  "use strict";
  const FIELDS = ["q", "region", "level", "class", "year", "found"];
  const RATE_LEAST = 30;
  const NO_FIGURE = "没有数字";
  const place = document.getElementById("interactive");
  const plain = document.getElementById("plain");
  const forms = Object.fromEntries(place.dataset.forms.split("|").map((f) => f.split("=")));
  const [ERROR, WARN, INFO] = place.dataset.severities.split("|");
  const mark = (text) => ({ text: text ?? NO_FIGURE, absent: true });

  // The plain table says why a figure is absent: blank, not in the table, in doubt.
  const printed = new Map([...plain.querySelectorAll("tbody tr")].map((row) => {
    const cells = [...row.children].map((cell) => cell.textContent.trim());
    return [row.querySelector("a").href, { received: cells[4], granted: cells[5] }];
  }));

  const rows_of = (data, root) => window.gongkaiRows(data).map((row) => {
    [row.errors, row.warnings, row.notes] = [
      row.n_findings_error, row.n_findings_warn, row.n_findings_info,
    ];
    row.url = new URL(row.url, root).href;
    row.regions = row.region_ids.split("/");
    row.place = row.region.split("/").join(" › ");
    row.text = [row.agency, row.region, row.year].join(" ");
    const seen = printed.get(row.url) ?? {};
    row.received_words = row.received === null
      ? mark(seen.received) : { text: row.received.toLocaleString("zh-CN") };
    const [part, whole] = [row.granted, row.processed_total];
    row.share = part === null || !whole ? null : part / whole;
    if (part === null || whole === null) row.granted_words = mark(seen.granted);
    else if (whole === 0) row.granted_words = mark("没有办结");
    else {
      const fraction = `${part.toLocaleString("zh-CN")}/${whole.toLocaleString("zh-CN")}`;
      const percent = `${(row.share * 100).toFixed(1)}%（${fraction}）`;
      row.granted_words = { text: whole < RATE_LEAST ? fraction : percent };
    }
    row.form_words = forms[row.form] ?? "未识别";
    row.found = row.errors * 1e6 + row.warnings * 1e3 + row.notes;
    row.found_words = [
      row.errors && `${row.errors} ${ERROR}`, row.warnings && `${row.warnings} ${WARN}`,
      row.notes && `${row.notes} ${INFO}`,
    ].filter(Boolean).join(" ") || "无";
    return row;
  });

  const fits = (wanted) => (row) =>
    wanted.q.split(/\s+/).every((word) => row.text.includes(word))
    && (!wanted.region || row.regions.includes(wanted.region))
    && (!wanted.level || row.level === wanted.level)
    && (!wanted.class || row.class === wanted.class)
    && (!wanted.year || String(row.year) === wanted.year)
    && (!wanted.found || {
      error: row.errors > 0,
      warn: row.errors + row.warnings > 0,
      none: row.errors + row.warnings === 0,
    }[wanted.found]);

  const option = (id, name) => new Option(name, id);

  const fill = (rows) => {
    const regions = new Map();
    for (const row of rows) {
      const names = row.region.split("/");
      row.regions.forEach((id, depth) => {
        const path = row.regions.slice(0, depth + 1).join("/");
        regions.set(path, option(id, `${"　".repeat(depth)}${names[depth]}`));
      });
    }
    const paths = [...regions.keys()].sort();
    document.getElementById("f-region").append(...paths.map((path) => regions.get(path)));
    const years = [...new Set(rows.map((row) => row.year))].sort((a, b) => b - a);
    document.getElementById("f-year").append(...years.map((year) => option(year, `${year}年`)));
  };

  const words = (cell) => {
    const { text, absent } = cell.getRow().getData()[`${cell.getField()}_words`]
      ?? cell.getRow().getData().granted_words;
    const node = document.createElement("span");
    node.textContent = text;
    if (absent) node.className = "gk-dim";
    return node;
  };

  const found = (cell) => {
    const row = cell.getRow().getData();
    const node = document.createElement("span");
    const loud = row.errors + row.warnings > 0;
    node.textContent = `${loud ? "▲ " : ""}${row.found_words}`;
    node.className = loud ? "gk-amber" : "gk-dim";
    return node;
  };

  const COLUMNS = [
    { title: "机关", field: "agency", formatter: window.gongkaiLink, widthGrow: 3, minWidth: 150 },
    { title: "地区", field: "place", widthGrow: 3, minWidth: 130 },
    { title: "年份", field: "year", hozAlign: "right", minWidth: 70 },
    { title: "格式", field: "form_words", minWidth: 80 },
    { title: "新收申请（件）", field: "received", formatter: words, hozAlign: "right", minWidth: 90 },
    { title: "予以公开/办结", field: "share", formatter: words, hozAlign: "right", widthGrow: 2, minWidth: 130 },
    { title: "发现", field: "found", formatter: found, minWidth: 110, widthGrow: 2 },
  ];

  window.gongkaiTable((data, { root }) => {
    const rows = rows_of(data, root);
    fill(rows);
    return {
      rows,
      label: "报告列表",
      unit: "份报告",
      fields: FIELDS,
      columns: COLUMNS,
      fits,
      sort: { column: "year", dir: "desc" },
      csv: {
        file: "gongkai-reports.csv",
        columns: [
          ["报告编号", "report_id"], ["机关", "agency"], ["地区", "place"], ["年份", "year"],
          ["格式", "form_words"], ["新收申请", "received"], ["予以公开", "granted"],
          ["办结", "processed_total"], [ERROR, "errors"], [WARN, "warnings"], [INFO, "notes"],
          ["网址", "url"],
        ],
      },
    };
  });
})();
