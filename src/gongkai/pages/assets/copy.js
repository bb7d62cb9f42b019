// A button that copies the text below it, wherever a page has left room for one, and those that
// another script has made (`recipes.js`). Without this script there is none and the text can be
// selected. Where a browser does not let a page write to the clipboard, the text is selected,
// copied the old way, and, if that is refused too, left selected for the reader.
(() => {
  "use strict";
  const select = (node) => {
    const range = document.createRange();
    range.selectNodeContents(node);
    const selection = window.getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
  };

  const copyOldWay = (node) => {
    select(node);
    try {
      return document.execCommand("copy");
    } catch {
      return false;
    }
  };

  const copy = async (node) => {
    try {
      await navigator.clipboard.writeText(node.textContent);
      return true;
    } catch {
      return copyOldWay(node);
    }
  };

  const ready = (button, said, text) => {
    button.hidden = false;
    button.addEventListener("click", async () => {
      said.textContent = "";
      const done = await copy(text);
      said.textContent = done ? "已复制" : "浏览器不让复制，文字已经选中，请按 Ctrl+C";
    });
  };

  for (const button of document.querySelectorAll("button[data-copies]")) {
    const said = button.parentElement.querySelector("[role=status]");
    ready(button, said, document.getElementById(button.dataset.copies));
  }
  for (const box of document.querySelectorAll(".gk-copy")) {
    const text = box.nextElementSibling;
    const button = document.createElement("button");
    const said = document.createElement("span");
    button.type = "button";
    button.textContent = "复制";
    button.dataset.copies = text.id;
    button.setAttribute("aria-label", `复制 ${box.dataset.name} 引文`);
    said.setAttribute("role", "status");
    box.append(button, said);
    ready(button, said, text);
  }
})();
