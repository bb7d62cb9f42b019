// The issue list: what its columns and filters are, over data/issues.json, the worst first.
(() => {
  "use strict";
  const FIELDS = ["q", "severity", "check", "region", "year"];
  const { gongkaiText: text, gongkaiLink: link, gongkaiRanks: ranks } = window;
  const place = document.getElementById("interactive");
  const words = Object.fromEntries(place.dataset.severities.split("|").map((pair) => pair.split("=")));
  const mildest = Object.keys(words).at(-1);

  const fill = (columns) => {
    const add = (name, values) => document.getElementById(`f-${name}`)
      .append(...values.map(([id, label]) => new Option(label, id)));
    const unique = (ids, label) => [...new Map(ids.map((id, at) => [id, label(id, at)]))];
    add("check", unique(columns.check_id, (id, at) => `${id} ${columns.title[at]}`));
    add("region", unique(columns.region, (id) => id).sort());
    add("year", unique(columns.report_year, (id) => `${id}年`).sort().reverse());
  };

  window.gongkaiTable(({ columns }, { root }) => {
    fill(columns);
    const url = (at) => new URL(columns.url[at], root).href;
    const cell = (name) => (at) => columns[name][at];
    const severity = (at) => words[columns.severity[at]];
    const of = (name, title, more) => ({
      name, title, show: (at) => text(columns[name][at]), csv: [[title, cell(name)]], fixed: true, ...more,
    });
    const all = columns.agency.map((agency, at) => [
      agency, columns.region[at], columns.report_year[at], columns.title[at], columns.check_id[at], columns.message_zh[at],
    ].join(" "));
    const fits = (wanted) => {
      const spoken = wanted.q.split(/\s+/);
      return (at) => spoken.every((word) => all[at].includes(word))
        && (!wanted.severity || columns.severity[at] === wanted.severity)
        && (!wanted.check || columns.check_id[at] === wanted.check)
        && (!wanted.region || columns.region[at] === wanted.region)
        && (!wanted.year || String(columns.report_year[at]) === wanted.year);
    };
    return {
      size: columns.url.length,
      label: "问题清单",
      unit: "条问题",
      fields: FIELDS,
      columns: [
        of("worst", "轻重", {
          rank: () => columns.url.map((_, at) => at),
          show: (at) => text(`▲ ${severity(at)}`, columns.severity[at] === mildest ? "gk-dim" : "gk-amber"),
          csv: [["轻重", severity]], width: 90,
        }),
        of("agency", "机关", {
          rank: () => ranks(columns.agency), show: (at) => link(url(at), columns.agency[at]),
          csv: [["机关", cell("agency")], ["地区", cell("region")]], widthGrow: 2, minWidth: 140,
        }),
        of("report_year", "年份", { rank: () => columns.report_year, hozAlign: "right", width: 80 }),
        of("title", "规则", {
          rank: () => ranks(columns.title), csv: [["规则编号", cell("check_id")], ["规则", cell("title")]],
          widthGrow: 2, minWidth: 130,
        }),
        of("findings", "处", { rank: () => columns.findings, hozAlign: "right", width: 70, csv: [["处数", cell("findings")]] }),
        of("message_zh", "例子", {
          show: (at) => text(columns.message_zh[at], "gk-full"), variableHeight: true,
          csv: [["例子", cell("message_zh")], ["算式", cell("expression")]], widthGrow: 5, minWidth: 220,
        }),
      ],
      fits,
      sort: { column: "worst", dir: "asc" },
      ways: { worst: { asc: "从重到轻", desc: "从轻到重" } },
      file: "gongkai-issues.csv",
      csv: [{ csv: [["报告编号", cell("report_id")], ["网址", url]] }],
    };
  });
})();
