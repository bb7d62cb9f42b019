// For pages opened from a folder: a way a script made that ends in / is led to the page in it, which
// a server would have given. Only the copy for a folder has this script.
(() => {
  "use strict";
  const lead = ({ target }) => {
    const link = target instanceof Element ? target.closest("a[href]") : null;
    if (link && link.protocol === "file:" && link.pathname.endsWith("/")) link.pathname += "index.html";
  };
  for (const name of ["click", "auxclick", "contextmenu"]) document.addEventListener(name, lead, true);
})();
