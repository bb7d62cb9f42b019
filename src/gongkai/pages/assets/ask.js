// The page that answers SQL: editor, ready questions, result as table, chart and CSV, link to the
// question.
// Nothing of the engine is loaded before its button is pressed; a link brings a question, it never
// runs one. Whatever comes out of the database is shown as text.
(() => {
  "use strict";
  const SHOWN = 200, MOST = 100000, CUT = 300, LONGEST = 6000;
  const [form, ready, note, sql, run, stop, share, csv, status, progress, error, on, result] = [
    "ask", "ready", "note", "sql", "run", "stop", "share", "csv", "status", "progress", "error", "on", "result",
  ].map((id) => document.getElementById(id));

  if (location.protocol === "file:") {
    document.getElementById("local").hidden = false;
    return;
  }

  const questions = new Map(Array.from(document.querySelectorAll("[data-question]"), (node) => [
    node.dataset.question,
    {
      title: node.querySelector("summary").textContent,
      note: node.querySelector("p").textContent,
      sql: node.querySelector("pre").textContent,
    },
  ]));

  const size = (bytes) => (bytes < 1e6 ? `${Math.round(bytes / 1000)} KB` : `${(bytes / 1e6).toFixed(1)} MB`);

  const node = (name, text, more = {}) =>
    Object.assign(document.createElement(name), { textContent: text, ...more });

  // ---- The question

  const choose = (id) => {
    const question = questions.get(id);
    ready.value = question ? id : "";
    note.textContent = question?.note ?? "";
    if (question) sql.value = question.sql;
  };

  // Its address: the name of a ready question, or the text itself; null where that is too long.
  const address = () => {
    const state = new URLSearchParams(ready.value ? { q: ready.value } : { sql: sql.value });
    const query = state.toString();
    return query.length > LONGEST ? null : `${location.pathname}?${query}`;
  };

  const keep = () => history.replaceState(null, "", address() ?? location.pathname);

  // ---- The engine

  // What is known of the engine: its worker, whether it is ready, what it is to do next.
  let engine = null;
  let waiting = null;
  let answer = null;
  let bytes = 0;
  let working = false;
  const unloaded = run.textContent;

  const busy = (is) => {
    working = is;
    stop.disabled = !is;
    result.setAttribute("aria-busy", String(is));
  };

  const end = () => {
    engine?.terminate();
    engine = null;
    run.textContent = unloaded;
    waiting?.({ type: "failed", kind: "stopped" });
    waiting = null;
  };

  const ask = (message) => new Promise((done) => {
    waiting = done;
    engine.postMessage(message);
  });

  const hear = ({ data }) => {
    if (data.type === "read") {
      progress.textContent = `已取 ${size(data.bytes - bytes)}`;
      return;
    }
    waiting?.(data);
    waiting = null;
  };

  const start = async () => {
    engine = new Worker(form.dataset.worker, { type: "module" });
    engine.onmessage = hear;
    engine.onerror = () => {
      waiting?.({ type: "failed", kind: "engine" });
      waiting = null;
    };
    const { database, bytes: all, sha256, whole } = form.dataset;
    const url = new URL(database, location.href).href;
    status.textContent = "正在载入……";
    bytes = 0;
    const opened = await ask({ type: "open", url, size: Number(all), sha256, whole: whole === "yes" });
    if (opened.type === "failed") end();
    else run.textContent = run.dataset.loaded;
    return opened;
  };

  // ---- What went wrong

  const WORDS = {
    changed: "数据刚刚更新过，与这一页不是同一版。请重新载入这一页再问。",
    absent: "数据库取不到：网络断了，或者服务器不支持分段读取（Range）。请再试一次，或者下载数据库自己查。",
    engine: "查询引擎没有载入成功。请检查网络后再试。",
    enough: "这个问题要取的数据很多，先停下了。可以缩小范围，也可以继续。",
  };
  const HINTS = [
    [/no such table/, "没有这张表。表名见下面的“表和列”。"],
    [/no such column/, "没有这一列。列名见下面的“表和列”；文字要用单引号。"],
    [/no such function/, "没有这个函数。"],
    [/ambiguous column/, "几张表都有这一列，请在前面写上表名。"],
    [/incomplete input/, "SQL 没有写完。"],
    [/syntax error|unrecognized token/, "SQL 的写法不对，看“near”后面的那个词。"],
    [/readonly|read-only|not authorized/, "这里只能读，不能改数据。"],
    [/out of memory|too big/, "结果太大，浏览器放不下。请缩小范围。"],
    [/unable to open/, "这里只有这一个数据库，打不开别的文件。"],
  ];

  const fail = ({ kind, message }) => {
    status.textContent = "";
    if (kind === "stopped") {
      status.textContent = "已经停止，没有结果。";
      return;
    }
    if (kind !== "sql") {
      error.replaceChildren(node("p", WORDS[kind], { className: "gk-amber-note" }));
      on.hidden = kind !== "enough";
      return;
    }
    const words = message.replace(/^SQLITE_\w+: (sqlite3 result code \d+: )?/, "");
    const hint = HINTS.find(([pattern]) => pattern.test(words))?.[1] ?? "查询没有成功。";
    const said = node("p", `${hint}数据库的原话：`, { className: "gk-amber-note" });
    said.append(node("code", words, { lang: "en" }));
    error.replaceChildren(said);
  };

  // ---- The result

  const digits = (value) => typeof value === "number" || (value !== null && typeof value === "object" && "digits" in value);
  const text = (value) => {
    if (value === null) return "";
    if (typeof value !== "object") return String(value);
    return value.digits ?? `（二进制，${value.blob} 字节）`;
  };

  const cell = (name, value, right) => {
    if (value === null) return node(name, "空", { className: right ? "b" : "b w" });
    const whole = text(value);
    const made = node(name, whole.length > CUT ? `${whole.slice(0, CUT)}…` : whole);
    if (!right) made.className = "w";
    return made;
  };

  const counted = ({ rows, more }) => {
    const all = more ? `超过 ${MOST} 行，只取了前 ${MOST} 行` : `共 ${rows.length} 行`;
    const kept = rows.length > SHOWN ? `，下表是前 ${SHOWN} 行` : "";
    return `${all}${kept}`;
  };

  const draw = ({ rows, columns, more }, title) => {
    const right = columns.map((_, at) => {
      const values = rows.map((row) => row[at]).filter((value) => value !== null);
      return values.length > 0 && values.every(digits);
    });
    const table = node("table", "", { className: "gk-table" });
    const blanks = rows.slice(0, SHOWN).some((row) => row.includes(null)) ? "“空”是没有值，不是 0。" : "";
    const caption = node("caption", "", { id: "answer" });
    caption.append(node("span", `${title}　${counted({ rows, more })}。${blanks}`, { className: "gk-cap" }));
    const head = node("tr", "");
    columns.forEach((name, at) => {
      head.append(node("th", name, { scope: "col", className: right[at] ? "n" : "" }));
    });
    const top = node("thead", "");
    top.append(head);
    const body = node("tbody", "");
    for (const row of rows.slice(0, SHOWN)) {
      const line = node("tr", "");
      row.forEach((value, at) => {
        const made = cell(at ? "td" : "th", value, right[at]);
        if (!at) made.scope = "row";
        line.append(made);
      });
      body.append(line);
    }
    table.append(caption, top, body);
    result.replaceChildren(table);
    result.hidden = false;
  };

  // Text that a spreadsheet would run as a formula is marked as text; no value leaves nothing.
  const quoted = (value) => {
    if (value === null) return "";
    if (digits(value)) return text(value);
    const safe = /^[=+\-@\t\r]/.test(text(value)) ? `'${text(value)}` : text(value);
    return `"${safe.replaceAll('"', '""')}"`;
  };

  const save = () => {
    const lines = [answer.columns, ...answer.rows].map((row) => row.map(quoted).join(","));
    const file = node("a", "", { download: "gongkai-sql.csv" });
    file.href = URL.createObjectURL(new Blob(["\ufeff", lines.join("\r\n"), "\r\n"], { type: "text/csv" }));
    file.click();
    URL.revokeObjectURL(file.href);
  };

  // ---- The chart, where the result has columns for one; its parts are loaded by its button

  const [tools, of, button, told, why, figure] = [
    "chart", "chart-of", "chart-draw", "chart-said", "chart-why", "chart-figure",
  ].map((id) => document.getElementById(id));
  let plan = null;

  const offer = (title) => {
    if (!tools) return;
    plan = window.gongkaiChart.plan(answer, title);
    why.textContent = plan.why ?? "";
    why.hidden = !plan.why;
    tools.hidden = Boolean(plan.why);
    of.replaceChildren(...(plan.columns ?? []).map(([at, name]) => node("option", name, { value: at })));
  };

  const withdraw = () => {
    if (!tools) return;
    tools.hidden = why.hidden = figure.hidden = true;
    told.textContent = "";
  };

  const picture = async () => {
    const mine = plan;
    const chart = plan.make(Number(of.value));
    told.textContent = "正在画图……";
    try {
      figure.hidden = false;
      figure.firstChild.replaceChildren(node("b", chart.title), node("span", chart.desc, { className: "gk-small" }));
      await window.gongkaiChart.draw(figure.lastChild, chart);
      if (mine !== plan) return;
      told.textContent = "";
      button.textContent = button.dataset.loaded;
    } catch {
      figure.hidden = true;
      told.textContent = "画图的部件没有载入成功，请检查网络后再试。表里的数不受影响。";
    }
  };

  button?.addEventListener("click", picture);
  of?.addEventListener("change", () => {
    if (!figure.hidden) picture();
  });

  // ---- What the reader does

  const clear = () => {
    withdraw();
    error.replaceChildren();
    progress.textContent = "";
    result.hidden = true;
    result.replaceChildren();
    on.hidden = csv.disabled = true;
    answer = null;
  };

  // So many bytes are fetched for a question before the reader is asked.
  const limit = () => Number(form.dataset.limit);

  const question = async (most) => {
    if (working) return;
    const title = questions.get(ready.value)?.title ?? "查询结果";
    clear();
    keep();
    busy(true);
    let heard = engine ? { type: "done" } : await start();
    if (heard.type === "done") {
      status.textContent = "正在查询……";
      heard = await ask({ type: "ask", sql: sql.value, most: MOST, limit: most });
    }
    busy(false);
    const fetched = (heard.bytes ?? bytes) - bytes;
    bytes += fetched;
    if (heard.type === "failed") {
      fail(heard);
      return;
    }
    if (heard.statements !== 1) {
      status.textContent = "";
      const words = heard.statements ? `一次只能问一句，这里有 ${heard.statements} 句。` : "还没有写问题。";
      error.replaceChildren(node("p", words, { className: "gk-amber-note" }));
      return;
    }
    answer = heard;
    csv.disabled = false;
    draw(answer, title);
    offer(title);
    status.textContent = `${counted(answer)}，用时 ${heard.seconds.toFixed(2)} 秒。`;
    progress.textContent = fetched ? `取了 ${size(fetched)}` : "";
  };

  for (const [id, { title }] of questions) ready.append(node("option", title, { value: id }));
  ready.addEventListener("change", () => {
    choose(ready.value);
    if (working) return;
    clear();
    status.textContent = "";
    if (engine && ready.value) question(limit());
    else keep();
  });
  sql.addEventListener("input", () => {
    if (questions.get(ready.value)?.sql !== sql.value) choose("");
  });
  sql.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    if (engine) question(limit());
    else {
      status.textContent = "还没有载入引擎：按按钮载入。";
      run.focus();
    }
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    question(limit());
  });
  on.addEventListener("click", () => question(Infinity));
  stop.addEventListener("click", () => {
    end();
    run.focus();
  });
  csv.addEventListener("click", save);
  share.addEventListener("click", async () => {
    const here = address();
    if (here === null) {
      status.textContent = "问题太长，链接放不下。";
      return;
    }
    keep();
    try {
      await navigator.clipboard.writeText(location.href);
      status.textContent = "链接已复制。打开链接的人看到这个问题，由他自己决定运行。";
    } catch {
      status.textContent = "地址栏里就是链接。";
    }
  });

  const asked = new URLSearchParams(location.search);
  if (asked.has("sql")) {
    choose("");
    sql.value = asked.get("sql");
    note.textContent = "这个问题来自链接，不是本站写的：先看一遍再运行。";
  } else choose(questions.has(asked.get("q")) ? asked.get("q") : [...questions.keys()][0]);
  form.hidden = false;
})();
