// The page of comparisons: agencies, years and a topic are chosen, the table follows, the address says
// all of it. Figures come from data/compare/: one file with the agencies, one a topic, loaded as
// scripts so that the page works from a folder too. Every word of the data is shown as text.
(() => {
  "use strict";
  const HITS = 12, GAP = "无报告";
  // The signs of the files: bits of what is said of a figure.
  const FAILING = 1, FOUND = 2, OLD = 4, LAW = 8;
  const [form, query, region, kind, found, all, hits, chosen, none, topic, years, note, error, count, result, sorted,
    after, key, copy, csv, draw, said, picture] = [
    "compare", "c-q", "c-region", "c-class", "c-found", "c-all", "c-hits", "c-chosen", "c-none", "c-topic", "c-years",
    "c-note", "c-error", "c-count", "c-result", "c-sorted", "c-after", "c-key", "c-copy", "c-csv", "c-draw", "c-said",
    "c-chart",
  ].map((id) => document.getElementById(id));
  const MOST = Number(form.dataset.most), LEAST = Number(form.dataset.least);
  const root = new URL(form.dataset.root, location.href);
  const topics = new Map(Array.from(topic.options, (one) => [one.value, {
    name: one.value,
    label: one.textContent,
    unit: one.dataset.unit,
    definition: document.querySelector(`#topic-${one.value} dd span`).textContent,
    parts: one.dataset.numerator ? [one.dataset.numerator, one.dataset.denominator] : null,
  }]));

  const node = (name, text = "", more = {}) =>
    Object.assign(document.createElement(name), { textContent: text, ...more });
  const link = (text, href) => node("a", text, { href });
  const fold = (text) => text.normalize("NFKC").toLowerCase();
  const grouped = (value) => String(value).replace(/\B(?=(\d{3})+$)/g, ",");

  // ---- Data

  const arrived = new Map();
  window.gongkaiCompare = (name, data) => arrived.set(name, data);
  const asked = new Map();
  const load = (name) => {
    if (!asked.has(name)) {
      asked.set(name, new Promise((done, failed) => {
        const script = node("script", "", { src: new URL(`${form.dataset.folder}${name}.js`, location.href).href });
        script.onload = () => (arrived.has(name) ? done(arrived.get(name)) : failed(new Error(name)));
        script.onerror = () => {
          asked.delete(name);
          failed(new Error(name));
        };
        document.head.append(script);
      }));
    }
    return asked.get(name);
  };

  let data = null;
  const place_of = new Map();
  const ids = new Map();

  // The member of a closed list that a letter stands for: its id and its name.
  const member = (list, letter) => data.words[list][letter.charCodeAt(0) - 97];

  const prepare = (loaded) => {
    data = loaded;
    let next = 0;
    // Reports are counted through agencies and years, in this order.
    data.first = data.agencies.covered.map((line) => {
      const first = next;
      next += Array.from(line).filter((letter) => data.held.includes(letter)).length;
      return first;
    });
    data.paths = data.regions.map(([, name, parent], at) => {
      place_of.set(at, parent < 0 ? [at] : [...place_of.get(parent), at]);
      return place_of.get(at).map((one) => data.regions[one][1]).join(" › ") || name;
    });
    data.why = new Map(data.reports.reorganised);
    data.agencies.id.forEach((id, at) => ids.set(id, at));
    data.text = data.agencies.id.map((id, at) => fold(
      [id, data.agencies.name[at], data.agencies.others[at], data.paths[data.agencies.region[at]]].join(" "),
    ));
  };

  // The number of the report of an agency and year, or null.
  const report_of = (agency, year) => {
    const line = data.agencies.covered[agency], at = data.years.indexOf(year);
    if (at < 0 || !data.held.includes(line[at])) return null;
    return data.first[agency] + Array.from(line.slice(0, at)).filter((letter) => data.held.includes(letter)).length;
  };

  // ---- What is compared

  const state = { agencies: [], years: null, topic: topic.value, sort: null, chart: false, example: true };

  const read_years = (text) => {
    const known = new Set(data.years);
    const wanted = new Set();
    for (const part of text.split(",")) {
      const [from, to = from] = part.split("-").map(Number);
      for (let year = from; year <= Math.min(to, from + 200); year += 1) if (known.has(year)) wanted.add(year);
    }
    return wanted.size ? [...wanted].sort((a, b) => a - b) : null;
  };

  const write_years = (list) => (list.length > 2 && list.at(-1) - list[0] === list.length - 1
    ? `${list[0]}-${list.at(-1)}` : list.join(","));

  // Years of which one of the chosen agencies has a report.
  const usual_years = () => {
    const held = data.years.filter((year) => state.agencies.some((agency) => report_of(agency, year) !== null));
    return held.length ? held : data.years.slice(-1);
  };
  const shown_years = () => state.years ?? usual_years();

  const in_region = (agency, at) => place_of.get(data.agencies.region[agency]).includes(at);

  const matching = (text, at, kind_at) => {
    const words = fold(text).split(/\s+/).filter(Boolean);
    return data.agencies.id.map((_, agency) => agency).filter((agency) =>
      words.every((word) => data.text[agency].includes(word))
      && (at === null || in_region(agency, at))
      && (kind_at === null || data.agencies.class[agency] === kind_at));
  };

  const told = [];
  const read_address = () => {
    const wanted = new URLSearchParams(location.search);
    if (topics.has(wanted.get("t"))) state.topic = wanted.get("t");
    else if (wanted.has("t")) told.push("链接里的项目不在数据里，换成了第一个。");
    const named = (wanted.get("a") ?? "").split(",").filter(Boolean);
    const known = [...new Set(named.filter((id) => ids.has(id)))].map((id) => ids.get(id));
    const lost = named.filter((id) => !ids.has(id));
    if (lost.length) told.push(`链接里有 ${lost.length} 个机关不在数据里：${lost.slice(0, 3).join("、").slice(0, 120)}${lost.length > 3 ? " 等" : ""}。`);
    const [r, c] = [wanted.get("r"), wanted.get("c")];
    const at = data.regions.findIndex(([id]) => id === r), kind_at = data.classes.findIndex(([id]) => id === c);
    if ((r && at < 0) || (c && kind_at < 0)) told.push("链接里的地区或类别不在数据里。");
    else if (r || c) known.push(...matching("", r ? at : null, c ? kind_at : null).filter((one) => !known.includes(one)));
    if (known.length > MOST) told.push(`一次最多比 ${MOST} 个机关，链接里有 ${known.length} 个，只取了前 ${MOST} 个。`);
    state.example = known.length === 0;
    state.agencies = state.example
      ? form.dataset.example.split(",").filter((id) => ids.has(id)).map((id) => ids.get(id)) : known.slice(0, MOST);
    if (wanted.has("y")) state.years = read_years(wanted.get("y"));
    const order = /^(name|\d{4})(-down)?$/.exec(wanted.get("s") ?? "");
    if (order) state.sort = { by: order[1] === "name" ? "name" : Number(order[1]), down: order[2] !== undefined };
    state.chart = wanted.get("g") === "1";
  };

  const address = () => {
    const wanted = new URLSearchParams();
    wanted.set("a", state.agencies.map((agency) => data.agencies.id[agency]).join(","));
    wanted.set("y", write_years(shown_years()));
    wanted.set("t", state.topic);
    if (state.sort) wanted.set("s", `${state.sort.by}${state.sort.down ? "-down" : ""}`);
    if (state.chart) wanted.set("g", "1");
    return `?${wanted.toString().replaceAll("%2C", ",")}`;
  };

  const write_address = () => {
    try {
      history.replaceState(null, "", state.agencies.length ? address() : location.pathname);
    } catch {
      // From a folder a browser may refuse: the link that is copied says it all the same.
    }
  };

  // ---- Cells

  const status_of = (loaded, list, report) => member(list, loaded.status[report]);

  // The address of a cell in its report.
  const cell_link = (loaded, report, agency, year) => {
    const anchor = loaded.anchors[data.reports.kind[report]];
    return new URL(`reports/${data.agencies.id[agency]}-${year}/${anchor ? `#${anchor}` : ""}`, root).href;
  };

  // A printed figure or a sum: its number or the word for its absence.
  const figure_of = (loaded, report, agency, year) => {
    const [status, word] = status_of(loaded, "panel_statuses", report);
    const value = loaded.values[report];
    return {
      value, status, word, href: cell_link(loaded, report, agency, year),
      marks: parseInt(loaded.marks[report], 16), text: value === null ? word : grouped(value),
    };
  };

  // The quotient with so many digits, rounded half to even, without a detour over doubles.
  const quotient = (part, whole, digits) => {
    const [n, d] = [BigInt(part) * 10n ** BigInt(digits), BigInt(whole)];
    let scaled = n / d;
    const rest = 2n * (n % d);
    if (rest > d || (rest === d && scaled % 2n)) scaled += 1n;
    const text = String(scaled).padStart(digits + 1, "0");
    return `${text.slice(0, -digits)}.${text.slice(-digits)}`;
  };

  const rate_of = (loaded, [parts, wholes], report, agency, year) => {
    const [status, word] = status_of(loaded, "rate_statuses", report);
    const part = figure_of(parts, report, agency, year), whole = figure_of(wholes, report, agency, year);
    const made = status === "number" || status === "small_denominator";
    const of = (digits, times) => quotient(BigInt(part.value) * times, whole.value, digits);
    return {
      status, word, part, whole, made,
      percent: made && BigInt(whole.value) >= BigInt(LEAST) ? of(1, 100n) : null,
      amount: made ? of(6, 1n) : null,
      sort: made ? Number(of(12, 1n)) : null,
    };
  };

  const absent = (agency, year) => {
    const [status, why] = member("coverage", data.agencies.covered[agency][data.years.indexOf(year)]);
    return { agency, year, report: null, status, word: GAP, why, marks: 0, sort: null, amount: null };
  };

  const cell_of = (agency, year, about, loaded) => {
    const report = report_of(agency, year);
    if (report === null) return absent(agency, year);
    const own = loaded.get(about.name);
    const [scope, scope_word] = member("scopes", data.reports.scope[report]);
    const shared = {
      agency, year, report, scope,
      scope_word: scope === "unknown" ? `填报范围${scope_word}` : scope_word,
      why: data.why.get(report) ?? "",
    };
    if (!about.parts) {
      const figure = figure_of(own, report, agency, year);
      const sort = figure.value === null ? null : Number(figure.value);
      return { ...shared, ...figure, sort, amount: figure.value };
    }
    const rate = rate_of(own, about.parts.map((name) => loaded.get(name)), report, agency, year);
    const bits = (rate.part.marks | rate.whole.marks) & (FAILING | FOUND);
    return { ...shared, ...rate, marks: parseInt(own.marks[report], 16) | bits };
  };

  // ---- The table as data: rows of cells, what heads and foot say

  const same = (list) => list.length > 0 && list.every((one) => one === list[0]);
  const held_of = (cells) => cells.filter(({ report }) => report !== null);

  const order = (rows, list) => {
    if (!state.sort) return rows;
    const { by, down } = state.sort;
    const sign = down ? -1 : 1;
    if (by === "name") return [...rows].sort((a, b) => sign * a.name.localeCompare(b.name, "zh-CN", { numeric: true }));
    const at = list.indexOf(by);
    if (at < 0) return rows;
    // What has no figure stands at the end either way.
    const value = (row) => row.cells[at].sort;
    return [...rows].sort((a, b) => {
      if (value(a) === null || value(b) === null) return (value(a) === null) - (value(b) === null);
      return sign * (value(a) - value(b));
    });
  };

  // A column is added up where each cell is a plain figure of the body itself.
  const total_of = (cells) => {
    const plain = cells.every(({ amount, status, marks, scope }) => amount !== null && scope === "own"
      && (status === "number" || status === "zero") && !(marks & (FAILING | FOUND)));
    return plain ? grouped(cells.reduce((sum, { amount }) => sum + BigInt(amount), 0n)) : null;
  };

  const table_of = (loaded) => {
    const about = topics.get(state.topic), list = shown_years();
    const rows = order(state.agencies.map((agency) => {
      const cells = list.map((year) => cell_of(agency, year, about, loaded));
      const scopes = held_of(cells).map(({ scope }) => scope);
      const scope = same(scopes) && scopes[0] !== "own" ? held_of(cells)[0].scope_word : "";
      return { agency, name: data.agencies.name[agency], place: data.paths[data.agencies.region[agency]], scope, cells };
    }), list);
    const columns = list.map((year, at) => {
      const cells = rows.map((row) => row.cells[at]);
      const breaks = loaded.get(about.name).breaks.filter(([from]) => at > 0 && from <= year && from > list[at - 1]);
      return {
        year,
        breaks,
        old: same(held_of(cells).map(({ marks }) => marks & OLD)) && (held_of(cells)[0].marks & OLD) > 0,
        total: about.parts || rows.length < 2 ? undefined : total_of(cells),
      };
    });
    return { about, rows, columns, cells: rows.flatMap(({ cells }) => cells) };
  };

  // The words beside a figure.
  const ALARMS = { [FAILING]: "▲合计不符", [FOUND]: "▲另有发现" };
  const words_of = (cell, row, column) => {
    if (cell.report === null) return [];
    const alarms = [FAILING, FOUND].filter((bit) => cell.marks & bit).map((bit) => ALARMS[bit]);
    const plain = [
      cell.status === "blank_as_zero" && cell.word,
      cell.marks & OLD && !column.old && "旧版格式",
      cell.scope !== "own" && !row.scope && cell.scope_word,
      cell.why && "机构改组",
    ].filter(Boolean);
    return [...alarms, ...plain];
  };

  // ---- The table on the page

  const small = (text, name = "gk-why") => node("span", text, { className: name });

  const fraction = ({ part, whole }) => {
    const made = node("span");
    made.append(link(part.text, part.href), "/", link(whole.text, whole.href));
    return made;
  };

  const fill = (made, cell) => {
    if (cell.report === null) {
      made.append(cell.word, node("span", `：${cell.why}`, { className: "gk-vh" }));
      made.className = "b";
    } else if (cell.part) {
      if (cell.percent !== null) made.append(node("span", `${cell.percent}%`, { className: "gk-percent" }), fraction(cell));
      else if (cell.made) made.append(fraction(cell));
      else made.append(small(cell.word, "gk-word"), fraction(cell));
    } else {
      made.append(link(cell.text, cell.href));
      if (cell.value === null) made.className = "b";
      else if (cell.status === "zero") made.className = "z";
    }
  };

  const direction = (by) => (state.sort?.by === by ? (state.sort.down ? "descending" : "ascending") : "none");

  const head_of = (text, by, more = []) => {
    const made = node("th", "", { scope: "col", className: by === "name" ? "" : "n" });
    const button = node("button", text, { type: "button", className: "gk-sort" });
    button.dataset.by = by;
    button.addEventListener("click", () => {
      const down = direction(by) === "none" ? by !== "name" : !state.sort.down;
      state.sort = { by, down };
      show();
      result.querySelector(`[data-by="${by}"]`).focus();
      sorted.textContent = `表已按${text}${down ? "降序" : "升序"}排列，没有数的在最后。`;
    });
    made.setAttribute("aria-sort", direction(by));
    made.append(button, ...more);
    return made;
  };

  const title_of = ({ about, rows, columns }) => {
    const list = columns.map(({ year }) => year);
    const span = list.length > 2 && list.at(-1) - list[0] === list.length - 1
      ? `${list[0]}–${list.at(-1)}年` : list.map((year) => `${year}年`).join("、");
    const who = rows.length === 1 ? rows[0].name : `${rows.length} 个机关`;
    return `${about.label}：${who}，${span}`;
  };

  const BROKEN = { law: "法律修改", group: "换格式", label_changed: "换格式" };

  const heads = ({ columns }) => {
    const line = node("tr");
    line.append(head_of("机关", "name"));
    for (const { year, breaks, old } of columns) {
      const kinds = [...new Set(breaks.map(([, one]) => BROKEN[one] ?? "断点"))];
      const more = kinds.map((word) => small(`┃${word}`));
      if (old) more.push(small("旧版格式"));
      const made = head_of(`${year}年`, year, more);
      if (breaks.length) made.classList.add("gk-break");
      line.append(made);
    }
    const made = node("thead");
    made.append(line);
    return made;
  };

  const body = ({ rows, columns }) => {
    const made = node("tbody");
    for (const row of rows) {
      const line = node("tr");
      const head = node("th", "", { scope: "row" });
      head.append(link(row.name, new URL(`agencies/${data.agencies.id[row.agency]}/`, root).href), small(row.place));
      if (row.scope) head.append(small(row.scope));
      line.append(head);
      row.cells.forEach((cell, at) => {
        const one = node("td");
        fill(one, cell);
        const words = words_of(cell, row, columns[at]);
        one.append(...words.map((word) => small(word, word.startsWith("▲") ? "gk-why gk-amber" : "gk-why")));
        if (columns[at].breaks.length) one.classList.add("gk-break");
        line.append(one);
      });
      made.append(line);
    }
    return made;
  };

  const foot = ({ columns }) => {
    const made = node("tfoot"), line = node("tr");
    line.append(node("th", "合计", { scope: "row" }));
    for (const { total, breaks } of columns) {
      const one = node("td", total ?? "不合计", { className: total === null ? "b" : "" });
      if (breaks.length) one.classList.add("gk-break");
      line.append(one);
    }
    made.append(line);
    return made;
  };

  const put_table = (table) => {
    const { about, columns } = table;
    const made = node("table", "", { className: "gk-table" });
    const caption = node("caption", "", { id: "c-caption" });
    const cap = node("span", "", { className: "gk-cap" });
    const unit = about.parts ? "单位：%（分子/分母）" : `单位：${about.unit}`;
    cap.append(node("b", title_of(table)), `${unit}。点数字到报告里的那一格。`);
    caption.append(cap);
    made.append(caption, heads(table), body(table));
    if (columns.some(({ total }) => total !== undefined)) made.append(foot(table));
    result.replaceChildren(made);
    result.setAttribute("aria-labelledby", "c-caption");
    result.hidden = after.hidden = false;
  };

  // ---- What the words in the table mean

  const tally = (list) => {
    const counts = new Map();
    for (const one of list) counts.set(one, (counts.get(one) ?? 0) + 1);
    return [...counts].map(([word, times]) => `${word} ${times} 格`).join("；");
  };

  const key_of = (table) => {
    const { about, rows, columns, cells } = table;
    const has = (test) => cells.some(test);
    const moved = rows.flatMap((row) => row.cells.filter(({ report, why }) => report !== null && why)
      .map(({ year, why }) => `${row.name}${year}年：${why}`));
    const parts = [[about.label, about.definition]];
    const add = (when, word, text) => when && parts.push([word, text]);
    add(has(({ marks }) => marks & FAILING), ALARMS[FAILING], "这个数所在的合计与分项对不上，照报告印的样子发布；点数字看算式。");
    add(has(({ marks }) => marks & FOUND), ALARMS[FOUND], "别的核查对这个数有疑问，见那份报告的“核查”。");
    add(has(({ report }) => report === null), GAP, `${tally(cells.filter(({ report }) => report === null).map(({ why }) => why))}。没有报告不等于 0。`);
    add(about.parts && has(({ made, percent }) => made && percent === null), "n/N", `分母不到 ${LEAST}，只写分子和分母，不写百分比。`);
    add(about.parts && has(({ report, made }) => report !== null && !made), "没有比率", "原因写在格里；分子、分母照印。");
    add(has(({ status }) => status === "blank_as_zero"), "空白作零相加", "几格之和：有空白，而报告的合计在空白作零时成立。");
    add(columns.some(({ old }) => old) || has(({ marks }) => marks & OLD), "旧版格式", "那一年的格式里名称或分项不同，数的是同样的事。");
    for (const [year, one, why] of new Map(columns.flatMap(({ breaks }) => breaks).map((b) => [b.join("\n"), b])).values()) {
      parts.push([`┃${BROKEN[one] ?? "断点"}`, `${year}年起：${why}。前后不能直接比。`]);
    }
    add(has(({ scope }) => scope && scope !== "own"), "填报范围", "没有另外写的是本机关的数；“本地区汇总”含下属各机关，不要与它们相加。");
    add(moved.length, "机构改组", `与上一年不接：${moved.join("；")}。`);
    add(columns.some(({ total }) => total === null), "不合计", "这一列有的格没有数、有▲，或者不是本机关的数，所以不相加。");
    key.replaceChildren(...parts.map(([word, text]) => {
      const made = node("div");
      made.append(node("dt", word), node("dd", text));
      return made;
    }));
  };

  const say = ({ rows, columns, cells }) => {
    const figures = cells.filter(({ amount }) => amount !== null).length;
    const rest = cells.filter(({ amount }) => amount === null);
    const alarms = cells.filter(({ marks }) => marks & (FAILING | FOUND)).length;
    const without = rest.length ? `，${rest.length} 格没有数（${tally(rest.map(({ word }) => word))}）` : "";
    count.textContent = `${rows.length} 个机关，${columns.length} 年：${figures} 格有数${without}${alarms ? `；▲ ${alarms} 格` : ""}。`;
  };

  // ---- The chart

  // A line goes on from one year to the next; not over a year without a figure, not over a break.
  const series_of = ({ about, rows, columns }) => {
    const names = rows.map(({ name, place }) => (rows.filter((row) => row.name === name).length > 1 ? `${name}（${place}）` : name));
    return rows.map((row, at) => {
      let run = 0;
      const points = [];
      row.cells.forEach((cell, n) => {
        const y = about.parts ? cell.percent ?? null : cell.amount;
        if (y === null) return;
        const last = points.at(-1);
        const before = last && row.cells[last.n];
        const goes_on = last && cell.year === last.x + 1 && !columns[n].breaks.length && !cell.why
          && before.scope === cell.scope;
        if (last && !goes_on) run += 1;
        points.push({ n, x: cell.year, y: Number(y), run: `${row.agency}-${run}`, doubt: (cell.marks & (FAILING | FOUND)) > 0 });
      });
      return { name: names[at], points };
    });
  };

  const bars_of = (table) => series_of(table).map(({ name, points }, at) => {
    const [cell] = table.rows[at].cells;
    const y = points[0]?.y ?? null;
    const text = cell.part && cell.made ? `${cell.percent === null ? "" : `${cell.percent}%（`}${cell.part.text}/${cell.whole.text}${cell.percent === null ? "" : "）"}`
      : cell.amount === null ? cell.word : cell.text;
    return { name, y, text, doubt: (cell.marks & (FAILING | FOUND)) > 0 };
  });

  const chart_of = (table) => {
    const { about, columns, cells } = table;
    const list = columns.map(({ year }) => year);
    const lacking = cells.filter((cell) => (about.parts ? (cell.percent ?? null) : cell.amount) === null).length;
    const left = lacking ? `${lacking} 格没有数${about.parts ? `或分母不到 ${LEAST}` : ""}，没有画。` : "";
    const doubts = cells.some(({ marks }) => marks & (FAILING | FOUND)) ? "▲ 的数有疑问。" : "";
    const shared = { title: title_of(table), unit: about.parts ? "%" : "" };
    const unit = about.parts ? "单位：%" : `单位：${about.unit}`;
    if (list.length === 1) return { ...shared, desc: `一个机关一条，长短是${about.label}（${unit}）。${left}${doubts}`, bars: bars_of(table) };
    const xs = Array.from({ length: list.at(-1) - list[0] + 1 }, (_, n) => list[0] + n);
    const broken = "线只连相邻两年；没有数的年份和断点处断开。";
    return { ...shared, desc: `一个机关一条线，横轴是年份（${unit}）。${broken}${left}${doubts}`, xs, series: series_of(table) };
  };

  const put_chart = async (table) => {
    const chart = chart_of(table);
    const figure = picture.querySelector("figure") ?? node("figure", "", { className: "gk-plot" });
    if (!figure.isConnected) {
      figure.append(node("figcaption"), node("div", "", { className: "gk-plot-picture" }));
      picture.append(figure);
    }
    picture.hidden = false;
    figure.firstChild.replaceChildren(node("b", chart.title), node("span", chart.desc, { className: "gk-small" }));
    if (!(chart.bars ?? chart.series).some(({ y, points }) => (points ? points.length : y !== null))) {
      figure.lastChild.replaceChildren(node("p", "没有可以画的数。", { className: "gk-note" }));
      return;
    }
    await window.gongkaiChart.draw(figure.lastChild, chart);
  };

  const chart = async (table) => {
    said.textContent = "正在画图……";
    try {
      await put_chart(table);
      said.textContent = "图在下面。";
      draw.textContent = "收起图";
    } catch {
      picture.hidden = true;
      state.chart = false;
      said.textContent = "画图的部件没有载入成功，请检查网络后再试。表里的数不受影响。";
    }
  };

  // ---- Links, files, citation

  // A page opened from a folder has no address that others can open: that of the site is given.
  const full_link = () => `${location.protocol === "file:" ? new URL("compare/", form.dataset.site).href
    : `${location.origin}${location.pathname}`}${address()}`;

  const cite = (table) => {
    const base = new URL("compare/", form.dataset.site).href;
    for (const text of document.querySelectorAll("[id^='citation-']")) {
      text.dataset.text ??= text.textContent;
      text.textContent = text.dataset.text.replaceAll(base, base + address()).replaceAll("机关比较", title_of(table));
    }
  };

  const HEADS = [
    "机关编号", "机关", "地区", "年份", "项目", "项目名称", "单位", "值", "状态", "状态说明", "分子", "分子状态", "分母", "分母状态",
    "在不成立的等式里", "有其他发现", "填报范围", "旧版格式", "法律修改后", "机构改组", "网址",
  ];
  const flag = (cell, bit) => (cell.report === null ? "" : Number((cell.marks & bit) > 0));
  const line_of = (row, cell, { about }) => [
    data.agencies.id[row.agency], row.name, row.place, cell.year, about.name, about.label, about.unit,
    cell.amount === null ? "" : { digits: cell.amount },
    cell.report === null ? `no_report:${cell.status}` : cell.status,
    cell.report === null ? `${cell.word}：${cell.why}` : cell.word,
    ...["part", "whole"].flatMap((one) => (cell[one]
      ? [cell[one].value === null ? "" : { digits: cell[one].value }, cell[one].status] : ["", ""])),
    flag(cell, FAILING), flag(cell, FOUND), cell.scope ?? "", flag(cell, OLD), flag(cell, LAW),
    cell.report === null ? "" : cell.why,
    cell.report === null ? "" : new URL(`reports/${data.agencies.id[row.agency]}-${cell.year}/`, form.dataset.site).href,
  ];

  // Text that a spreadsheet would run as a formula is marked as text.
  const quoted = (value) => {
    if (typeof value === "number") return String(value);
    if (typeof value === "object") return String(value.digits);
    const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
    return `"${safe.replaceAll('"', '""')}"`;
  };

  const save = (table) => {
    const rows = table.rows.flatMap((row) => row.cells.map((cell) => line_of(row, cell, table)));
    const text = [HEADS, ...rows].map((line) => line.map(quoted).join(",")).join("\r\n");
    const file = node("a", "", { download: `gongkai-compare-${table.about.name}.csv` });
    file.href = URL.createObjectURL(new Blob(["\ufeff", text, "\r\n"], { type: "text/csv" }));
    file.click();
    URL.revokeObjectURL(file.href);
  };

  // ---- Choosing

  const changed = () => {
    state.example = false;
    write_address();
    show();
  };

  const add = (agencies) => {
    const before = state.example ? [] : state.agencies;
    const fresh = agencies.filter((agency) => !before.includes(agency));
    if (before.length + fresh.length > MOST) {
      found.textContent = `一次最多比 ${MOST} 个机关，已有 ${before.length} 个，再加 ${fresh.length} 个就多了。先缩小范围。`;
      return;
    }
    state.agencies = [...before, ...fresh];
    changed();
    search();
  };

  const remove = (agency) => {
    state.agencies = state.agencies.filter((one) => one !== agency);
    changed();
    search();
  };

  const path_of = (agency) => data.paths[data.agencies.region[agency]];

  const search = () => {
    const text = query.value.trim();
    const at = region.value === "" ? null : Number(region.value), kind_at = kind.value === "" ? null : Number(kind.value);
    const idle = !text && at === null && kind_at === null;
    const taken = state.example ? [] : state.agencies;
    const fits = idle ? [] : matching(text, at, kind_at);
    const free = fits.filter((agency) => !taken.includes(agency));
    hits.replaceChildren(...free.slice(0, HITS).map((agency) => {
      const button = node("button", "", { type: "button" });
      button.append(node("span", "＋ "), data.agencies.name[agency], small(path_of(agency)));
      button.setAttribute("aria-label", `加入 ${data.agencies.name[agency]}（${path_of(agency)}）`);
      button.addEventListener("click", () => {
        add([agency]);
        (hits.querySelector("button") ?? query).focus();
      });
      const line = node("li");
      line.append(button);
      return line;
    }));
    hits.hidden = free.length === 0;
    all.hidden = free.length < 2;
    all.textContent = `全部加入（${free.length} 个）`;
    all.onclick = () => add(free);
    if (idle) found.textContent = "";
    else if (fits.length === 0) found.textContent = "没有这样的机关。少写一个字，或者放宽地区和类别。";
    else if (free.length === 0) found.textContent = `找到 ${fits.length} 个机关，都已经选了。`;
    else found.textContent = `找到 ${free.length} 个机关${free.length > HITS ? `，列出前 ${HITS} 个` : ""}，点一个加入。`;
  };

  const put_chosen = () => {
    chosen.replaceChildren(...state.agencies.map((agency, at) => {
      const button = node("button", "", { type: "button" });
      button.append(data.agencies.name[agency], node("span", " ×"));
      button.setAttribute("aria-label", `移除 ${data.agencies.name[agency]}（${path_of(agency)}）`);
      button.addEventListener("click", () => {
        remove(agency);
        (chosen.querySelectorAll("button")[Math.min(at, state.agencies.length - 1)] ?? query).focus();
      });
      const line = node("li");
      line.append(button);
      return line;
    }));
    none.hidden = state.agencies.length < 2;
    document.getElementById("c-chosen-said").textContent = state.example
      ? "例子里的机关（选了别的就换掉）" : `已选 ${state.agencies.length} 个机关，最多 ${MOST} 个`;
  };

  const put_years = () => {
    const wanted = new Set(shown_years());
    for (const box of years.querySelectorAll("input")) box.checked = wanted.has(Number(box.value));
  };

  const put_notes = () => {
    const example = "还没有选机关，下面是一个例子。在上面按名称、地区或类别找机关，选了就换掉例子。";
    note.textContent = [...told, state.example ? example : ""].filter(Boolean).join(" ");
    note.hidden = !note.textContent;
  };

  // ---- All together

  let turn = 0;
  let table = null;

  const empty = (words) => {
    table = null;
    result.hidden = after.hidden = true;
    count.textContent = words;
  };

  const show = () => {
    put_chosen();
    put_years();
    put_notes();
    if (state.agencies.length === 0) {
      empty("还没有选机关：在上面找一个加入。");
      return Promise.resolve();
    }
    const about = topics.get(state.topic);
    const needed = [about.name, ...(about.parts ?? [])];
    if (needed.every((name) => arrived.has(name))) {
      finish(new Map(needed.map((name) => [name, arrived.get(name)])));
      return Promise.resolve();
    }
    const mine = ++turn;
    count.textContent = "正在载入……";
    return Promise.all(needed.map(load)).then((files) => {
      if (mine === turn) finish(new Map(needed.map((name, at) => [name, files[at]])));
    }).catch(failed);
  };

  const failed = () => {
    empty("");
    error.replaceChildren(node("p", "数据没有载入成功，请检查网络，再载入一次这一页。", { className: "gk-amber-note" }));
  };

  const finish = (loaded) => {
    if ([...loaded.values()].some(({ version }) => version !== data.version)) {
      empty("");
      error.replaceChildren(node("p", "数据刚刚更新过，取到的几个文件不是同一版，所以没有显示。请重新载入这一页。", { className: "gk-amber-note" }));
      return;
    }
    turn += 1;
    error.replaceChildren();
    table = table_of(loaded);
    put_table(table);
    key_of(table);
    say(table);
    cite(table);
    if (state.chart && draw) chart(table);
  };

  const prepare_form = () => {
    const tree = data.regions.map(([id, name], at) => [place_of.get(at).length, name, at]);
    region.append(...tree.map(([depth, name, at]) => new Option(`${"　".repeat(depth - 1)}${name}`, at)));
    kind.append(...data.classes.map(([, name], at) => new Option(name, at)));
    years.append(...data.years.map((year) => {
      const label = node("label");
      label.append(node("input", "", { type: "checkbox", value: String(year) }), `${year}年`);
      return label;
    }));
    topic.value = state.topic;
    form.hidden = false;
  };

  const listen = () => {
    form.addEventListener("submit", (event) => event.preventDefault());
    query.addEventListener("input", search);
    region.addEventListener("change", search);
    kind.addEventListener("change", search);
    query.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      hits.querySelector("button")?.click();
      query.focus();
    });
    none.addEventListener("click", () => {
      state.agencies = [];
      changed();
      search();
      query.focus();
    });
    topic.addEventListener("change", () => {
      state.topic = topic.value;
      write_address();
      show();
    });
    years.addEventListener("change", () => {
      const wanted = Array.from(years.querySelectorAll("input:checked"), (box) => Number(box.value));
      if (wanted.length === 0) {
        count.textContent = "至少选一年。";
        put_years();
        return;
      }
      state.years = wanted;
      write_address();
      show();
    });
    csv.addEventListener("click", () => save(table));
    copy.addEventListener("click", async () => {
      write_address();
      try {
        await navigator.clipboard.writeText(full_link());
        said.textContent = "链接已复制，打开就是这张表。";
      } catch {
        said.textContent = "浏览器不让复制，地址栏里就是链接。";
      }
    });
    draw?.addEventListener("click", () => {
      state.chart = !state.chart;
      write_address();
      if (state.chart) {
        chart(table);
        return;
      }
      picture.hidden = true;
      draw.textContent = draw.dataset.loaded;
      said.textContent = "";
    });
  };

  const begin = async () => {
    try {
      prepare(await load("agencies"));
    } catch {
      failed();
      return;
    }
    if (data.agencies.id.length === 0) {
      count.textContent = "数据里还没有报告。";
      return;
    }
    read_address();
    prepare_form();
    listen();
    if (!state.example) write_address();
    await show();
  };
  if (document.readyState === "complete") begin();
  else window.addEventListener("load", begin);
})();
