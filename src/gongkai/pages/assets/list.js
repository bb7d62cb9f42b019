// The list of reports: search, filters, sorting and pages over data/reports.json.
// The plain table stays until everything is there; without this script it is all there is.
(() => {
  "use strict";
  const place = document.getElementById("interactive");
  if (place.dataset.ready !== "yes") return;
  const form = document.getElementById("filters");
  const count = document.getElementById("count");
  const plain = document.getElementById("plain");
  const root = new URL(place.dataset.root, location.href);
  const forms = Object.fromEntries(place.dataset.forms.split("|").map((f) => f.split("=")));
  const FIELDS = ["q", "region", "level", "class", "year", "found"];
  const [ERROR, WARN, INFO] = place.dataset.severities.split("|");
  const RATE_LEAST = 30;
  const NO_FIGURE = "没有数字";
  const mark = (text) => ({ text: text ?? NO_FIGURE, absent: true });

  // The plain table says why a figure is absent: blank, not in the table, in doubt.
  const printed = new Map([...plain.querySelectorAll("tbody tr")].map((row) => {
    const cells = [...row.children].map((cell) => cell.textContent.trim());
    return [row.querySelector("a").href, { received: cells[4], granted: cells[5] }];
  }));

  const rows_of = ({ columns }) => columns.report_id.map((_, at) => {
    const row = Object.fromEntries(Object.keys(columns).map((name) => [name, columns[name][at]]));
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

  const link = (cell) => {
    const node = document.createElement("a");
    node.href = cell.getRow().getData().url;
    node.textContent = cell.getValue();
    return node;
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
    { title: "机构", field: "agency", formatter: link, widthGrow: 3, minWidth: 150 },
    { title: "地区", field: "place", widthGrow: 3, minWidth: 130 },
    { title: "年份", field: "year", hozAlign: "right", minWidth: 70 },
    { title: "格式", field: "form_words", minWidth: 80 },
    { title: "新收申请（件）", field: "received", formatter: words, hozAlign: "right", minWidth: 90 },
    { title: "予以公开/办结", field: "share", formatter: words, hozAlign: "right", widthGrow: 2, minWidth: 130 },
    { title: "发现", field: "found", formatter: found, minWidth: 110, widthGrow: 2 },
  ];

  const read_state = () => {
    const asked = new URLSearchParams(location.search);
    for (const name of FIELDS) {
      const field = form.elements[name];
      field.value = asked.get(name) ?? "";
      if (field.selectedIndex === -1) field.value = "";
    }
    return { sort: asked.get("sort"), dir: asked.get("dir"), page: Number(asked.get("page")) || 1 };
  };

  const wanted = () => Object.fromEntries(
    FIELDS.map((name) => [name, form.elements[name].value.trim().normalize("NFKC")]),
  );

  const write_state = (table) => {
    const state = new URLSearchParams();
    for (const [name, value] of Object.entries(wanted())) if (value) state.set(name, value);
    const [sorter] = table.getSorters();
    if (sorter && !(sorter.field === "year" && sorter.dir === "desc")) {
      state.set("sort", sorter.field);
      state.set("dir", sorter.dir);
    }
    const page = table.getPage();
    if (page > 1) state.set("page", page);
    const query = state.toString();
    history.replaceState(null, "", query ? `?${query}` : location.pathname);
  };

  const say = (table, total) => {
    const hits = table.getDataCount("active");
    const [sorter] = table.getSorters();
    const title = COLUMNS.find(({ field }) => field === sorter?.field)?.title ?? "";
    const sorted = title ? `，按${title}${sorter.dir === "asc" ? "升序" : "降序"}排列` : "";
    count.textContent = hits
      ? `${total} 份报告中的 ${hits} 份${sorted}。`
      : `${total} 份报告里没有符合条件的。放宽一个条件，或者清除重来。`;
  };

  const save_csv = (table) => {
    const head = ["报告编号", "机构", "地区", "年份", "格式", "新收申请", "予以公开", "办结", ERROR, WARN, INFO, "网址"];
    const names = ["report_id", "agency", "place", "year", "form_words", "received", "granted", "processed_total", "errors", "warnings", "notes", "url"];
    const quote = (value) => {
      const text = String(value ?? "");
      const safe = typeof value === "string" && /^[=+\-@\t]/.test(text) ? `'${text}` : text;
      return `"${safe.replaceAll('"', '""')}"`;
    };
    const lines = table.getData("active").map((row) => names.map((name) => quote(row[name])));
    const text = [head.map(quote), ...lines].map((line) => line.join(",")).join("\r\n");
    const node = document.createElement("a");
    node.href = URL.createObjectURL(new Blob(["\ufeff", text, "\r\n"], { type: "text/csv" }));
    node.download = "gongkai-reports.csv";
    node.click();
    URL.revokeObjectURL(node.href);
  };

  const copy_link = async (event) => {
    const button = event.currentTarget;
    try {
      await navigator.clipboard.writeText(location.href);
      button.textContent = "已复制";
    } catch {
      button.textContent = "地址栏里就是链接";
    }
  };

  // The library leaves its parts without names; screen readers need them.
  const name_parts = () => {
    place.setAttribute("aria-label", "报告列表");
    for (const head of place.querySelectorAll(".tabulator-col[aria-sort]")) {
      head.tabIndex = 0;
      head.onkeydown = (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        head.click();
      };
    }
    // A focusable box between grid and rows hides the rows; their links take the focus.
    place.querySelector(".tabulator-tableholder")?.removeAttribute("tabindex");
  };

  const start = (rows) => {
    fill(rows);
    const state = read_state();
    const table = new window.Tabulator(place, {
      data: rows,
      columns: COLUMNS,
      columnDefaults: { resizable: false },
      layout: "fitColumns",
      pagination: true,
      paginationSize: 50,
      paginationElement: document.getElementById("pager"),
      paginationInitialPage: 1,
      initialSort: [{ column: state.sort ?? "year", dir: state.dir ?? "desc" }],
      headerSortTristate: false,
      placeholder: "没有符合条件的报告",
      locale: "zh",
      langs: {
        zh: {
          pagination: {
            first: "首页", first_title: "首页", last: "末页", last_title: "末页",
            prev: "上一页", prev_title: "上一页", next: "下一页", next_title: "下一页",
            page_title: "第",
          },
        },
      },
    });
    const changed = () => {
      write_state(table);
      say(table, rows.length);
      name_parts();
    };
    table.on("tableBuilt", async () => {
      form.hidden = false;
      plain.hidden = true;
      table.setFilter(fits(wanted()));
      if (state.page > 1 && state.page <= table.getPageMax()) await table.setPage(state.page);
      changed();
      for (const name of ["dataSorted", "pageLoaded"]) table.on(name, () => setTimeout(changed));
      const refilter = () => {
        table.setFilter(fits(wanted()));
        changed();
      };
      form.addEventListener("input", refilter);
      form.addEventListener("reset", () => setTimeout(refilter));
      form.addEventListener("submit", (event) => event.preventDefault());
      document.getElementById("csv").addEventListener("click", () => save_csv(table));
      document.getElementById("copy").addEventListener("click", copy_link);
    });
  };

  const load_script = () => new Promise((done, failed) => {
    const style = Object.assign(document.createElement("link"), { rel: "stylesheet", href: place.dataset.style });
    const script = Object.assign(document.createElement("script"), { src: place.dataset.script, onload: done, onerror: failed });
    document.head.prepend(style);
    document.head.append(script);
  });

  const begin = async () => {
    try {
      const [data] = await Promise.all([
        fetch(place.dataset.source).then((answer) => answer.json()), load_script(),
      ]);
      start(rows_of(data));
    } catch {
      count.textContent = "筛选和排序没有加载成功，下面是普通的表。";
    }
  };
  if (document.readyState === "complete") begin();
  else window.addEventListener("load", begin);
})();
