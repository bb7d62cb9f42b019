// Gives each block of code, but not its results, a button that copies it. `copy.js`, which comes
// after, makes the buttons work; without scripts the code can be selected.
(() => {
  "use strict";
  const blocks = document.querySelectorAll("pre > code:not(.language-text)");
  blocks.forEach((code, number) => {
    code.id = `code-${number}`;
    const said = document.createElement("span");
    said.setAttribute("role", "status");
    const button = document.createElement("button");
    button.type = "button";
    button.hidden = true;
    button.dataset.copies = code.id;
    button.setAttribute("aria-label", `复制 ${code.title}`);
    button.textContent = "复制";
    const bar = document.createElement("div");
    bar.className = "gk-code";
    bar.append(said, button);
    code.parentElement.append(bar);
  });
})();
