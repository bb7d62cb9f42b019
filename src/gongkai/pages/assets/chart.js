// Charts by Vega-Lite, drawn when a reader asks for one: gongkaiChart.draw puts an SVG in its place.
// Nothing is loaded before that, nothing is fetched by a chart, no expression is compiled (the
// interpreter runs them), and what comes out is a still picture with a title and a description.
// Colours are those of the page's scheme, so that dark pages and paper need no second picture.
(() => {
  "use strict";
  const VENDOR = new URL("vendor/", document.currentScript.src);
  // So many lines share one plot; more of them get a plot each. Names need room beside the plot.
  const TOGETHER = 5, PANELS = 50, BARS = 50, ROOM = 640;
  const SIGNS = [
    { glyph: "●", shape: "circle", dash: [1, 0] },
    { glyph: "■", shape: "square", dash: [7, 3] },
    { glyph: "◆", shape: "diamond", dash: [2, 2] },
    { glyph: "▼", shape: "triangle-down", dash: [8, 2, 2, 2] },
    { glyph: "✚", shape: "cross", dash: [4, 2] },
  ];
  const TEXT = 12, STEP = 15;
  const colour = (at) => `var(--gk-c${at + 1})`;

  let libraries = null;
  const script = (name) => new Promise((done, failed) => {
    const node = document.createElement("script");
    Object.assign(node, { src: new URL(name, VENDOR).href, onload: done, onerror: failed });
    document.head.append(node);
  });
  const load = () => {
    libraries ??= script("vega.js")
      .then(() => Promise.all([script("vega-lite.js"), script("vega-interpreter.js")]))
      .catch((error) => {
        libraries = null;
        throw error;
      });
    return libraries;
  };

  // ---- Measures

  // The end of an axis: a round number not below the largest value.
  const round_up = (value) => {
    if (!(value > 0)) return 1;
    const unit = 10 ** Math.floor(Math.log10(value));
    return [1, 2, 2.5, 4, 5, 8, 10].map((n) => n * unit).find((end) => end >= value * 0.999999);
  };

  const measure = (family) => {
    const pen = document.createElement("canvas").getContext("2d");
    pen.font = `${TEXT}px ${family}`;
    return (text) => pen.measureText(text).width;
  };

  const span = (values) => {
    const least = Math.min(0, ...values);
    return [least < 0 ? -round_up(-least) : 0, round_up(Math.max(0, ...values))];
  };

  // Names beside the ends of lines, moved apart where they would meet; heights in units of the axis.
  const beside = (series, [from, to], height) => {
    const ends = series.map(({ points }, at) => ({ at, y: points.at(-1).y }))
      .map((one) => ({ ...one, place: height * (1 - (one.y - from) / (to - from)) }))
      .sort((a, b) => a.place - b.place);
    ends.forEach((one, at) => {
      if (at) one.place = Math.max(one.place, ends[at - 1].place + STEP);
    });
    for (let at = ends.length - 1, most = height + 4; at >= 0; at -= 1, most -= STEP) {
      ends[at].place = Math.min(ends[at].place, most);
    }
    return ends.map(({ at, place }) => ({ at, y: from + (1 - place / height) * (to - from) }));
  };

  // ---- Specifications

  const config = (family) => ({
    aria: false,
    background: null,
    font: family,
    view: { stroke: null },
    axis: {
      labelFontSize: TEXT, titleFontSize: TEXT, labelColor: "var(--gk-soft)", titleColor: "var(--gk-soft)",
      domainColor: "var(--gk-rule)", tickColor: "var(--gk-line)", gridColor: "var(--gk-line)", titleFontWeight: "normal",
    },
    text: { fontSize: TEXT },
    header: { labelFontSize: TEXT, labelColor: "var(--gk-ink)", labelFontWeight: "normal" },
  });

  const signs = (unit) => ({ format: ",.6~f", labelExpr: unit === "%" ? "datum.label + '%'" : "datum.label" });

  const axes = ({ xs, unit, domain, names, ticks }) => ({
    x: {
      field: "x", type: "ordinal", scale: { domain: xs, type: "point", padding: 0.3 },
      axis: { title: null, labelAngle: 0, grid: false, labelOverlap: "parity", ...(names ? {} : { labelFontSize: 11 }) },
    },
    y: {
      field: "y", type: "quantitative", scale: { domain, nice: false },
      axis: { title: null, tickCount: ticks, domain: false, ticks: false, ...signs(unit) },
    },
  });

  // Lines end where there is no value and where a series does not go on: each run is a line of its own.
  const strokes = (marks) => [
    { mark: { type: "line", strokeWidth: 2 }, encoding: { detail: { field: "run", type: "nominal" }, ...marks } },
    {
      mark: { type: "point", filled: true, size: 55, opacity: 1 },
      encoding: marks.color ? { color: marks.color, shape: marks.shape } : {},
    },
    {
      transform: [{ filter: "datum.doubt" }],
      mark: { type: "text", dy: -13, text: "▲", color: "var(--gk-amber)", fontSize: 13 },
    },
  ];

  const rows_of = (series) => series.flatMap(({ name, points }, at) =>
    points.map((point) => ({ ...point, x: String(point.x), series: at, name })));

  const drawn = (series) => series.filter(({ points }) => points.length > 0);

  const together = (chart, width, family) => {
    const series = drawn(chart.series);
    const wide = measure(family);
    const names = series.map(({ name }, at) => `${SIGNS[at].glyph} ${name}`);
    const right = Math.min(Math.max(...names.map(wide)), width * 0.38);
    const height = 280;
    const domain = span(series.flatMap(({ points }) => points.map(({ y }) => y)));
    const inner = width - right - 80;
    const order = series.map((_, at) => at);
    const by = (range) => ({ field: "series", type: "nominal", legend: null, scale: { domain: order, range } });
    const marks = {
      color: by(order.map(colour)),
      shape: by(order.map((at) => SIGNS[at].shape)),
    };
    const labels = beside(series, domain, height).map(({ at, y }) => ({ y, series: at, text: names[at] }));
    const layers = strokes({ ...marks, strokeDash: by(order.map((at) => SIGNS[at].dash)) });
    delete layers[0].encoding.shape;
    return {
      width: inner,
      height,
      data: { values: rows_of(series) },
      encoding: axes({ xs: chart.xs.map(String), unit: chart.unit, domain, names: true, ticks: 5 }),
      layer: [
        ...layers,
        {
          data: { values: labels },
          mark: { type: "text", align: "left", baseline: "middle", limit: right + 8 },
          encoding: {
            x: { value: inner + 8 }, y: { field: "y", type: "quantitative" },
            text: { field: "text" }, color: marks.color,
          },
        },
      ],
    };
  };

  const panels = (chart, width) => {
    const series = drawn(chart.series).slice(0, PANELS);
    const columns = Math.max(1, Math.min(5, Math.floor(width / 190), series.length));
    const inner = Math.floor((width - 60 - 28 * (columns - 1)) / columns);
    const domain = span(series.flatMap(({ points }) => points.map(({ y }) => y)));
    return {
      data: { values: rows_of(series) },
      facet: {
        field: "name", type: "nominal", sort: series.map(({ name }) => name),
        header: { title: null, labelAnchor: "start", labelLimit: inner + 10, labelPadding: 4 },
      },
      columns,
      spacing: { row: 18, column: 28 },
      spec: {
        width: inner,
        height: 90,
        encoding: axes({ xs: chart.xs.map(String), unit: chart.unit, domain, names: false, ticks: 3 }),
        layer: strokes({}),
      },
      config: { line: { color: colour(0) }, point: { color: colour(0) } },
    };
  };

  const bars = (chart, width, family) => {
    const wide = measure(family);
    const left = Math.min(Math.max(...chart.bars.map(({ name }) => wide(name))) + 4, width * 0.42);
    const right = Math.min(Math.max(...chart.bars.map(({ text }) => wide(text))) + 16, width * 0.3);
    const domain = span(chart.bars.map(({ y }) => y ?? 0));
    const values = chart.bars.map((bar) => ({
      ...bar, y: bar.y ?? 0, absent: bar.y === null, end: Math.max(bar.y ?? 0, 0), text: `${bar.doubt ? "▲ " : ""}${bar.text}`,
    }));
    return {
      width: Math.max(60, width - left - right - 16),
      height: { step: 24 },
      data: { values },
      encoding: {
        y: {
          field: "name", type: "nominal", sort: null,
          axis: { title: null, labelLimit: left, labelPadding: 6, ticks: false, domain: false, labelColor: "var(--gk-ink)" },
        },
      },
      layer: [
        {
          mark: { type: "bar", color: colour(0), height: 13 },
          encoding: {
            x: {
              field: "y", type: "quantitative", scale: { domain, nice: false },
              axis: { title: null, tickCount: 4, domain: false, ticks: false, ...signs(chart.unit) },
            },
          },
        },
        {
          mark: { type: "text", align: "left", baseline: "middle", dx: 5 },
          encoding: {
            x: { field: "end", type: "quantitative" },
            text: { field: "text" },
            color: {
              condition: [
                { test: "datum.doubt", value: "var(--gk-amber)" }, { test: "datum.absent", value: "var(--gk-soft)" },
              ],
              value: "var(--gk-ink)",
            },
          },
        },
      ],
    };
  };

  const spec_of = (chart, width, family) => {
    if (chart.bars) return bars(chart, width, family);
    const few = drawn(chart.series).length <= TOGETHER;
    return few && width >= ROOM ? together(chart, width, family) : panels(chart, width);
  };

  // ---- The picture

  const refuse = () => Promise.reject(new Error("a chart loads nothing"));
  const loader = { load: refuse, sanitize: refuse, http: refuse, file: refuse };

  const labelled = (svg, { title, desc }) => {
    // The parts of a picture have no names of their own; the whole has.
    for (const node of svg.querySelectorAll("*")) {
      for (const { name } of Array.from(node.attributes)) {
        if (name === "role" || name.startsWith("aria-")) node.removeAttribute(name);
      }
    }
    const made = ["title", "desc"].map((name) => document.createElementNS(svg.namespaceURI, name));
    [title, desc].forEach((text, at) => {
      made[at].textContent = text;
      made[at].id = `chart-${made[at].localName}`;
    });
    svg.prepend(...made);
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-labelledby", "chart-title");
    svg.setAttribute("aria-describedby", "chart-desc");
    return svg;
  };

  const picture = async (chart, width, family) => {
    const { vega, vegaLite } = window;
    const made = spec_of(chart, width, family);
    const spec = { ...made, config: { ...config(family), ...made.config } };
    const logger = vega.logger(vega.Error);
    const compiled = vegaLite.compile(spec, { logger }).spec;
    const view = new vega.View(vega.parse(compiled, null, { ast: true }), {
      expr: vega.expressionInterpreter, loader, logger, renderer: "none",
    });
    const text = await view.toSVG();
    view.finalize();
    const svg = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
    return labelled(document.importNode(svg, true), chart);
  };

  const watched = new WeakMap();

  // chart: { title, desc, unit } with { xs, series: [{ name, points: [{ x, y, run, doubt }] }] } or
  // { bars: [{ name, y, text, doubt }] }, where y is null for a bar without a value.
  const draw = async (place, chart) => {
    await load();
    const family = getComputedStyle(place).fontFamily.replaceAll('"', "'");
    const put = async () => {
      const width = Math.floor(place.clientWidth);
      watched.get(place).width = width;
      place.replaceChildren(await picture(watched.get(place).chart, width, family));
    };
    if (watched.has(place)) {
      watched.get(place).chart = chart;
      await put();
      return;
    }
    watched.set(place, { chart, width: 0 });
    await put();
    let timer = 0;
    new ResizeObserver(() => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        const width = Math.floor(place.clientWidth);
        if (width > 0 && Math.abs(width - watched.get(place).width) > 8) put();
      }, 150);
    }).observe(place);
  };

  // ---- What a result of any columns can be drawn as

  const number = (value) => (value !== null && typeof value === "object" ? Number(value.digits) : value);
  const is_number = (value) => Number.isFinite(number(value) ?? NaN) && typeof value !== "string";
  const unique = (names) => names.map((name, at) => {
    const same = names.filter((other) => other === name).length > 1;
    return same ? `${name}（第 ${at + 1} 行）` : name;
  });

  // { columns: the names of those that can be drawn, make: name → chart }, or { why } not.
  const plan = ({ columns, rows, more }, title) => {
    const filled = (at) => rows.map((row) => row[at]).filter((value) => value !== null);
    const numeric = columns.map((_, at) => filled(at).length > 0 && filled(at).every(is_number));
    const year = columns.findIndex((name, at) => numeric[at] && /年|year/i.test(name)
      && filled(at).length === rows.length
      && filled(at).every((value) => Number.isInteger(value) && value >= 1900 && value <= 2100));
    const drawable = columns.map((_, at) => at).filter((at) => numeric[at] && at !== year && at > 0);
    // A column that says the same everywhere, or something else each year, names no line.
    const named = (at) => {
      const values = new Set(rows.map((row) => row[at]));
      const yearly = year >= 0 && new Set(rows.map((row) => `${row[year]}\n${row[at]}`)).size === values.size;
      return rows.length < 2 || (values.size > 1 && !yearly);
    };
    const texts = columns.map((_, at) => at).filter((at) => !numeric[at] && named(at));
    const name_of = (row) => texts.map((at) => String(row[at] ?? "空")).join(" · ");
    if (rows.length < 2) return { why: "不到两行，不用画图。" };
    if (more) return { why: "结果太长，画不成图：请先缩小范围。" };
    if (drawable.length === 0) return { why: "结果里没有可以画的数字列：第一列当作名称，年度当作横轴，其余的数字列才画。" };
    const names = [...new Set(rows.map(name_of))];
    const once = new Set(rows.map((row) => `${row[year]}\n${name_of(row)}`)).size === rows.length;
    const lines = year >= 0 && once && names.length <= PANELS && new Set(filled(year)).size > 1;
    const about = (column, count) => ({ title: `${title}：${column}`, unit: "", desc: `${count}。每个数都在上面的表里。` });
    const as_lines = (at) => {
      const years = filled(year);
      const first = Math.min(...years), last = Math.max(...years);
      const xs = Array.from({ length: last - first + 1 }, (_, n) => first + n);
      const series = names.map((name) => {
        const own = rows.filter((row) => name_of(row) === name && row[at] !== null)
          .sort((a, b) => a[year] - b[year]);
        // A line joins two years that follow each other, never over one that is missing.
        let run = 0;
        const points = own.map((row, n) => {
          if (n && row[year] !== own[n - 1][year] + 1) run += 1;
          return { x: row[year], y: number(row[at]), run: `${name}\n${run}`, doubt: false };
        });
        return { name: name || columns[at], points };
      });
      const left = rows.filter((row) => row[at] === null).length;
      const gaps = left ? `，${left} 格没有值，没有画` : "";
      return { ...about(columns[at], `${names.length} 条线，横轴是${columns[year]}${gaps}`), xs, series };
    };
    const as_bars = (at) => {
      const shown = rows.slice(0, BARS);
      const labels = unique(shown.map((row) => (texts[0] === 0 ? name_of(row)
        : [String(row[0] ?? "空"), name_of(row)].filter(Boolean).join(" · "))));
      const kept = rows.length > BARS ? `，只画了前 ${BARS} 行` : "";
      return {
        ...about(columns[at], `${shown.length} 条，一行一条${kept}`),
        bars: shown.map((row, n) => ({
          name: labels[n],
          y: row[at] === null ? null : number(row[at]),
          text: row[at] === null ? "空" : number(row[at]).toLocaleString("zh-CN", { maximumFractionDigits: 6 }),
          doubt: false,
        })),
      };
    };
    return { columns: drawable.map((at) => [at, columns[at]]), make: lines ? as_lines : as_bars };
  };

  window.gongkaiChart = { draw, plan };
})();
