// Buttons that copy the text they name. Without this script they are hidden and the text can be
// selected. Where a browser does not let a page write to the clipboard, the text is selected, copied
// the old way, and, if that is refused too, left selected for the reader.
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

  for (const button of document.querySelectorAll("button[data-copies]")) {
    const text = document.getElementById(button.dataset.copies);
    const said = button.parentNode.querySelector("[role=status]");
    button.hidden = false;
    button.addEventListener("click", async () => {
      said.textContent = "";
      const done = await copy(text);
      said.textContent = done ? "已复制" : "浏览器不让复制，文字已经选中，请按 Ctrl+C";
    });
  }
})();
