// A report's page: a figure opens a dialog with its place in the original, its text and status.
// Pictures, tables and lines of the original are asked for only then. Their texts are a stranger's:
// they are written as text and nothing else. Without this script every figure still has its anchor,
// and the places stand under each table, with links to the pictures and the file. A cell says only
// what its row and its text do not: the place of rows is said once, with signs for the numbers in it
// (`placed` in `pages/grids.py`). Anchors are short; the long ones with whole names are led on.
(() => {
  "use strict";
  const page = document.querySelector(".gk-report");

  const figuresOf = (row) => [...row.querySelectorAll("td[id]")];

  // Names and labels of a cell. Its row is that which the label leads to in the glossary; where the
  // rows of the form stand side by side, these labels are in the table's head.
  const namesOf = (cell) => {
    const table = cell.closest("table");
    const columns = table.dataset.columns.split("|").map((column) => column.split(/ (.*)/));
    const at = figuresOf(cell.parentNode).indexOf(cell);
    const across = table.parentNode.classList.contains("gk-across");
    const head = across
      ? table.tHead.querySelectorAll("a")[Math.floor(at / columns.length)]
      : [...cell.parentNode.querySelectorAll("th a")].pop();
    const [column, label] = columns[at % columns.length];
    return {
      address: [...head.hash.slice(1).split("-"), column],
      labels: `${head.textContent}：${label}`,
    };
  };

  const addressOf = (cell) => namesOf(cell).address.join("/");

  const leadOn = () => {
    if (!location.hash.startsWith("#cell-")) return;
    const meant = location.hash.slice("#cell-".length).replaceAll("-", "/");
    const cell = [...page.querySelectorAll(".gk-table[data-columns] td[id]")]
      .find((one) => addressOf(one) === meant);
    if (cell) location.replace(`#${cell.id}`);
  };
  leadOn();
  window.addEventListener("hashchange", leadOn);

  // Without dialogs every figure still has its anchor, and the places stand under each table.
  if (!window.HTMLDialogElement) return;
  const { original, places, withheld, before, year } = page.dataset;
  const base = places && new URL(places, location.href);
  const issue = page.querySelector("#downloads [rel=nofollow]").href;
  let loading = null;
  let opener = null;
  let wanted = null;

  const make = (tag, text, attributes = {}) => {
    const node = document.createElement(tag);
    if (text) node.textContent = text;
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    return node;
  };

  const placeOf = (cell) => {
    const row = cell.parentNode;
    if (cell.dataset.p || !row.dataset.c) return cell.dataset.p ?? row.dataset.p;
    const at = figuresOf(row).indexOf(cell);
    const [first, column, line] = row.dataset.c.split(" ").map(Number);
    return (row.dataset.p ?? cell.closest("table").dataset.p)
      .replace("~", first).replace("*", column + at).replace("^", line).replace("#", line + at);
  };

  const isWord = (cell) => cell.classList.contains("b");
  const printedOf = (cell, shown) =>
    cell.dataset.r ?? (isWord(cell) ? shown : shown.replaceAll(",", ""));
  const statusOf = (cell, shown) =>
    cell.dataset.s ?? (isWord(cell) ? shown : cell.classList.contains("z") ? "零" : "数字");

  // The figure of the year before and the change: beside a total, or in the two rows below.
  const asidesOf = (cell) => {
    const row = cell.parentNode;
    const at = figuresOf(row).indexOf(cell);
    const below = row.nextElementSibling;
    if (below?.matches(".y")) return [below, below.nextElementSibling].map((line) => line.querySelectorAll("td")[at]);
    return cell.nextElementSibling?.matches(".y") ? [...row.querySelectorAll(".y")] : [];
  };

  const isCompared = (cell) => {
    const asides = asidesOf(cell);
    const all = asides.length ? asides : [...cell.parentNode.querySelectorAll(".y")];
    return all.length === 2 && all.every((aside) => aside.rowSpan === 1 && aside.textContent !== "不可比");
  };

  const load = () => {
    loading ??= fetch(base).then((answer) => {
      if (!answer.ok) throw new Error(answer.statusText);
      return answer.json();
    });
    loading.catch(() => { loading = null; });
    return loading;
  };

  // --- The place in the original ---

  const percent = (part, whole) => `${(100 * part) / whole}%`;

  const onPage = (data, [number, x0, top, x1, bottom]) => {
    const [width, height] = data.pages[number];
    const sheet = make("div", "", { class: "gk-sheet" });
    sheet.style.aspectRatio = `${width} / ${height}`;
    const picture = make("img", "", {
      src: new URL(`p${number}.webp`, base).href, alt: `收录文件第${number}页的图片`,
    });
    sheet.append(picture);
    if (x0 === undefined) return { node: sheet };
    const box = make("div", "", { class: "gk-box" });
    box.style.left = percent(x0, width);
    box.style.top = percent(top, height);
    box.style.width = percent(x1 - x0, width);
    box.style.height = percent(bottom - top, height);
    sheet.append(box);
    return { node: sheet, hit: box };
  };

  const inTable = (data, [number, row, at]) => {
    const { above, rows } = data.tables[number];
    const table = make("table", "", { class: "gk-redrawn" });
    table.append(make("caption", above || `第${number}张表`));
    for (const cells of rows) {
      const line = table.insertRow();
      for (const cell of cells) {
        const [text, colspan, rowspan] = Array.isArray(cell) ? cell : [cell, 1, 1];
        const node = line.insertCell();
        node.textContent = text;
        if (colspan > 1) node.colSpan = colspan;
        if (rowspan > 1) node.rowSpan = rowspan;
        if (/^[\d.,]+$/.test(text)) node.className = "n";
      }
    }
    const hit = table.rows[row].cells[at];
    hit.classList.add("hit");
    hit.setAttribute("aria-current", "location");
    table.rows[row].classList.add("row");
    return { node: table, hit };
  };

  const inLine = (data, [number, first, last]) => {
    const list = make("ol", "", { class: "gk-lines" });
    let hit = null;
    let before = null;
    for (const [at, text] of data.lines) {
      const line = make("li", text || "\u00a0", { value: at });
      if (before !== null && at > before + 1) line.className = "gap";
      before = at;
      if (at === number) {
        line.classList.add("row");
        line.setAttribute("aria-current", "location");
        hit = line;
        if (first !== undefined) {
          const letters = [...text];
          hit = make("mark", letters.slice(first, last).join(""));
          line.replaceChildren(letters.slice(0, first).join(""), hit, letters.slice(last).join(""));
        }
      }
      list.append(line);
    }
    return { node: list, hit };
  };

  const SHOWN = { p: onPage, t: inTable, l: inLine };

  const say = (frame, text) => frame.replaceChildren(make("p", text, { class: "gk-note" }));

  const centre = (frame, hit) => {
    const outer = frame.getBoundingClientRect();
    const inner = hit.getBoundingClientRect();
    frame.scrollTop += inner.top - outer.top - (outer.height - inner.height) / 2;
    frame.scrollLeft += inner.left - outer.left - (outer.width - inner.width) / 2;
  };

  const show = async (frame, facts, cell, file) => {
    if (!placeOf(cell)) return say(frame, "收录文件的表里没有这一格。");
    if (!base) return say(frame, "位置只有文字说明，请打开收录文件核对。");
    // A page opened from a folder may not read a data file.
    if (base.protocol === "file:") return say(frame, "从文件夹打开时看不到原文，请打开收录文件核对（要联网）。");
    say(frame, "正在取原文……");
    let data;
    try {
      data = await load();
    } catch {
      if (wanted === cell) say(frame, "没有取到原文的图片或文字，请打开收录文件核对。");
      return undefined;
    }
    if (wanted !== cell) return undefined;
    const [table, row, column] = namesOf(cell).address;
    const place = data.cells[table]?.[row]?.[column];
    if (!place) return say(frame, "位置只有文字说明，请打开收录文件核对。");
    const [kind, ...where] = place;
    const { node, hit } = SHOWN[kind](data, where);
    frame.replaceChildren(node);
    frame.className = `gk-frame gk-frame-${kind}`;
    if (hit) centre(frame, hit);
    if (kind === "p" && file.pathname.endsWith(".pdf")) file.hash = `page=${where[0]}`;
    if (kind === "t" && where[3] !== undefined) fact(facts, "元素", data.element + where[3]);
    return undefined;
  };

  // --- The dialog ---

  const dialog = make("dialog", "", { class: "gk-view" });
  dialog.addEventListener("close", () => {
    wanted = null;
    opener?.focus();
  });
  dialog.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (event.target === dialog || link?.getAttribute("href").startsWith("#")) dialog.close();
  });
  page.append(dialog);

  const fact = (list, name, value) => {
    if (!value) return;
    const line = make("div");
    line.append(make("dt", name), make("dd", value));
    list.append(line);
  };

  // What a row means stands on the glossary's page; asked for once, when the first dialog opens.
  let glossary = null;
  const terms = (address) => {
    glossary ??= fetch(address).then((answer) => {
      if (!answer.ok) throw new Error(answer.statusText);
      return answer.text();
    }).then((text) => new DOMParser().parseFromString(text, "text/html"));
    glossary.catch(() => { glossary = null; });
    return glossary;
  };

  const explain = async (list, cell) => {
    const [table, row] = namesOf(cell).address;
    const link = cell.closest("table").querySelector("th a").cloneNode();
    link.hash = `${table}-${row}`;
    link.textContent = "详见术语";
    fact(list, "这一行", " ");
    const said = list.lastChild.lastChild;
    said.append(link);
    // A page opened from a folder may not read another; its link leads there.
    if (location.protocol === "file:") return;
    try {
      const term = (await terms(link.href)).getElementById(link.hash.slice(1));
      const article = [...term.querySelectorAll("dl > div")]
        .find((line) => line.firstElementChild.textContent === "条文").lastElementChild.textContent;
      said.prepend(`${term.querySelector("p").textContent}条文：${article}。`);
    } catch {
      link.textContent = "意思见术语"; // the link is there all the same
    }
  };

  const actionsOf = (cell, file) => {
    const actions = make("p", "", { class: "gk-actions" });
    const link = new URL(`#${cell.id}`, location.href).href;
    const wrong = new URL(issue);
    wrong.searchParams.set("cell", addressOf(cell));
    wrong.searchParams.set("page", link);
    const copy = make("button", "复制链接", { type: "button" });
    copy.addEventListener("click", async () => {
      history.replaceState(null, "", link);
      try {
        await navigator.clipboard.writeText(link);
        copy.textContent = "已复制";
      } catch {
        copy.textContent = "地址栏里就是链接";
      }
    });
    actions.append(file, copy, make("a", "报错", { href: wrong.href, rel: "nofollow" }));
    if (isCompared(cell)) {
      actions.append(make("a", `${year}年的这一格`, { href: `${before}#${cell.id}` }));
    }
    const mark = cell.querySelector(".gk-mark");
    const anchors = cell.dataset.f?.split(" ") ?? (mark ? [mark.hash.slice(1)] : []);
    for (const anchor of anchors) {
      actions.append(make("a", anchor.replace("finding-", "核查 "), { href: `#${anchor}` }));
    }
    return actions;
  };

  const open = (cell, button) => {
    opener = button;
    wanted = cell;
    const shown = button.textContent;
    const where = placeOf(cell) ?? "收录文件里没有";
    dialog.setAttribute("aria-label", `${namesOf(cell).labels} ${shown}，${where}`);
    const shut = make("button", "关闭", { type: "button", class: "close" });
    shut.addEventListener("click", () => dialog.close());
    const head = make("header");
    head.append(make("h2", namesOf(cell).labels), make("p", shown, { class: "big" }), shut);
    const list = make("dl");
    fact(list, "原文位置", where);
    fact(list, "原样", printedOf(cell, shown));
    fact(list, "状态", statusOf(cell, shown));
    fact(list, `${year}年`, asidesOf(cell).map((aside) => aside.textContent).join("，"));
    explain(list, cell);
    fact(list, "编号", addressOf(cell));
    const frame = make("div", "", {
      class: "gk-frame", role: "region", "aria-label": "原文", tabindex: "0",
    });
    const file = make("a", withheld === undefined ? "打开收录文件" : "收录文件不提供下载", { href: original });
    dialog.replaceChildren(head, frame, list, actionsOf(cell, file));
    dialog.showModal();
    show(frame, list, cell, file);
  };

  const move = (cell, key) => {
    const figures = figuresOf(cell.parentNode);
    const rows = [...cell.closest("table").querySelectorAll("tbody tr:not(.y)")];
    const at = figures.indexOf(cell);
    const line = rows.indexOf(cell.parentNode);
    const steps = {
      ArrowLeft: () => figures[at - 1], ArrowRight: () => figures[at + 1],
      ArrowUp: () => rows[line - 1] && figuresOf(rows[line - 1])[at],
      ArrowDown: () => rows[line + 1] && figuresOf(rows[line + 1])[at],
    };
    return steps[key]?.();
  };

  // One stop of the Tab key a table; arrows go from figure to figure.
  for (const table of page.querySelectorAll(".gk-table[data-columns]")) {
    table.querySelectorAll("td[id]").forEach((cell, at) => {
      const text = cell.lastChild;
      const button = make("button", text.textContent, { class: "gk-n", tabindex: at ? "-1" : "0" });
      button.title = "看原文位置";
      text.replaceWith(button);
      button.addEventListener("click", () => open(cell, button));
      button.addEventListener("keydown", (event) => {
        const next = move(cell, event.key)?.querySelector("button");
        if (!next) return;
        event.preventDefault();
        button.tabIndex = -1;
        next.tabIndex = 0;
        next.focus();
      });
    });
  }
  document.querySelector(".gk-hint").hidden = false;

  // The contents tell which part is being read.
  const contents = new Map(
    [...page.querySelectorAll(".gk-toc a")].map((link) => [link.hash.slice(1), link]),
  );
  const tell = (link) => {
    for (const other of contents.values()) other.removeAttribute("aria-current");
    link.setAttribute("aria-current", "location");
    const bar = link.closest("nav");
    bar.scrollLeft = link.offsetLeft - (bar.clientWidth - link.offsetWidth) / 2;
  };
  const reading = new IntersectionObserver((seen) => {
    const last = seen.findLast((one) => one.isIntersecting);
    if (last) tell(contents.get(last.target.getAttribute("aria-labelledby")));
  }, { rootMargin: "-25% 0px -70% 0px" });
  for (const part of page.querySelectorAll(":scope > section")) reading.observe(part);
})();
