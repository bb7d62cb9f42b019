// The issue list: what its rows, columns and filters are, over data/issues.json.
(() => {
  "use strict";
  const FIELDS = ["q", "severity", "check", "region", "year"];
  const place = document.getElementById("interactive");
  const words = Object.fromEntries(place.dataset.severities.split("|").map((pair) => pair.split("=")));
  const order = Object.keys(words);

  const rows_of = (data, root) => window.gongkaiRows(data).map((row, at) => ({
    ...row,
    worst: at,
    url: new URL(row.url, root).href,
    severity_word: words[row.severity],
    text: [row.agency, row.region, row.report_year, row.title, row.check_id, row.message_zh].join(" "),
  }));

  const fits = (wanted) => (row) =>
    wanted.q.split(/\s+/).every((word) => row.text.includes(word))
    && (!wanted.severity || row.severity === wanted.severity)
    && (!wanted.check || row.check_id === wanted.check)
    && (!wanted.region || row.region === wanted.region)
    && (!wanted.year || String(row.report_year) === wanted.year);

  const fill = (rows) => {
    const add = (name, values) => document.getElementById(`f-${name}`)
      .append(...values.map(([id, text]) => new Option(text, id)));
    const unique = (pairs) => [...new Map(pairs)];
    add("check", unique(rows.map((row) => [row.check_id, `${row.check_id} ${row.title}`])));
    add("region", unique(rows.map((row) => [row.region, row.region])).sort());
    add("year", unique(rows.map((row) => [row.report_year, `${row.report_year}年`])).sort().reverse());
  };

  const severity = (cell) => {
    const node = document.createElement("span");
    const row = cell.getRow().getData();
    node.textContent = `▲ ${row.severity_word}`;
    node.className = row.severity === order.at(-1) ? "gk-dim" : "gk-amber";
    return node;
  };

  const text = (cell) => {
    const node = document.createElement("span");
    const row = cell.getRow().getData();
    node.textContent = row.message_zh;
    node.className = "gk-full";
    return node;
  };

  const COLUMNS = [
    { title: "轻重", field: "worst", formatter: severity, sorter: "number", width: 90 },
    { title: "机关", field: "agency", formatter: window.gongkaiLink, widthGrow: 2, minWidth: 140 },
    { title: "年份", field: "report_year", hozAlign: "right", width: 80 },
    { title: "规则", field: "title", widthGrow: 2, minWidth: 130 },
    { title: "处", field: "findings", hozAlign: "right", width: 70 },
    { title: "例子", field: "message_zh", formatter: text, variableHeight: true, headerSort: false, widthGrow: 5, minWidth: 220 },
  ];

  window.gongkaiTable((data, { root }) => {
    const rows = rows_of(data, root);
    fill(rows);
    return {
      rows,
      label: "问题清单",
      unit: "条问题",
      fields: FIELDS,
      columns: COLUMNS,
      fits,
      sort: { column: "worst", dir: "asc" },
      ways: { worst: { asc: "从重到轻", desc: "从轻到重" } },
      csv: {
        file: "gongkai-issues.csv",
        columns: [
          ["报告编号", "report_id"], ["机关", "agency"], ["地区", "region"], ["年份", "report_year"],
          ["规则编号", "check_id"], ["规则", "title"], ["轻重", "severity_word"], ["处数", "findings"],
          ["例子", "message_zh"], ["算式", "expression"], ["网址", "url"],
        ],
      },
    };
  });
})();
