// A report's page: a figure opens a drawer with its text, status, place and address.
// Without this script every figure still has its anchor, and the places stand under each table.
(() => {
  "use strict";
  const page = document.querySelector(".gk-report");
  const report = page.dataset.report;
  const issue = page.dataset.issue;
  let drawer = null;
  let opener = null;

  const make = (tag, text, attributes = {}) => {
    const node = document.createElement(tag);
    if (text) node.textContent = text;
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    return node;
  };

  const addressOf = (cell) => cell.id.split("-").slice(1).join("/");

  const labelsOf = (cell) => {
    const table = cell.closest("table");
    const columns = table.dataset.columns.split("|");
    const figures = [...cell.parentNode.children].filter((node) => node.tagName === "TD");
    const heads = cell.parentNode.querySelectorAll("th");
    const row = heads.length ? heads[heads.length - 1].textContent : "";
    return [row, columns[figures.indexOf(cell)]].filter(Boolean).join("：");
  };

  const close = () => {
    if (!drawer) return;
    drawer.remove();
    drawer = null;
    opener?.focus();
  };

  const fact = (list, name, value) => {
    if (!value) return;
    const line = make("div");
    line.append(make("dt", name), make("dd", value));
    list.append(line);
  };

  const open = (cell, button) => {
    drawer?.remove();
    opener = button;
    const shown = cell.querySelector(".gk-n").textContent;
    const link = new URL(`#${cell.id}`, location.href).href;
    drawer = make("div", "", {
      class: "gk-drawer", role: "dialog", "aria-labelledby": "drawer-title", tabindex: "-1",
    });
    const shut = make("button", "关闭", { type: "button", class: "close" });
    shut.addEventListener("click", close);
    const list = make("dl");
    fact(list, "原样", cell.dataset.r ?? shown);
    fact(list, "状态", cell.dataset.s ?? (cell.classList.contains("z") ? "零" : "数字"));
    fact(list, "原文位置", cell.dataset.p ?? "原文中没有");
    fact(list, "编号", addressOf(cell));
    const actions = make("p", "", { class: "gk-actions" });
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
    actions.append(copy, make("a", "报错", { href: wrong.href, rel: "nofollow" }));
    const mark = cell.querySelector(".gk-mark");
    const anchors = cell.dataset.f?.split(" ") ?? (mark ? [mark.hash.slice(1)] : []);
    for (const anchor of anchors) {
      actions.append(make("a", anchor.replace("finding-", "核查 "), { href: `#${anchor}` }));
    }
    drawer.append(
      shut, make("h2", labelsOf(cell), { id: "drawer-title" }),
      make("p", shown, { class: "big" }), list, actions,
    );
    drawer.setAttribute("data-report", report);
    page.append(drawer);
    drawer.focus();
  };

  const move = (cell, key) => {
    const row = cell.parentNode;
    const rows = [...cell.closest("table").querySelectorAll("tbody tr")];
    const figures = (tr) => [...tr.querySelectorAll("td")];
    const at = figures(row).indexOf(cell);
    const line = rows.indexOf(row);
    const steps = {
      ArrowLeft: () => figures(row)[at - 1], ArrowRight: () => figures(row)[at + 1],
      ArrowUp: () => rows[line - 1] && figures(rows[line - 1])[at],
      ArrowDown: () => rows[line + 1] && figures(rows[line + 1])[at],
    };
    return steps[key]?.();
  };

  // One stop of the Tab key a table; arrows go from figure to figure.
  for (const table of page.querySelectorAll(".gk-table[data-columns]")) {
    table.querySelectorAll("td[id]").forEach((cell, at) => {
      const place = cell.querySelector(".gk-n");
      const button = make("button", place.textContent, { tabindex: at ? "-1" : "0" });
      button.title = "看原文位置";
      place.replaceChildren(button);
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
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
})();
