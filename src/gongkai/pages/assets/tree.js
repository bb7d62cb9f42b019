// The tree of regions: a word leaves the regions with it in their names, and those they lie in.
(() => {
  "use strict";
  const [tree, form, input, count] = ["tree", "filters", "f-q", "count"].map((id) => document.getElementById(id));
  if (!tree) return;
  const items = [...tree.querySelectorAll("li")].map((node) => {
    const link = node.querySelector("a");
    return { node, name: link.textContent, up: node.parentElement.closest("li") };
  });
  const branches = [...tree.querySelectorAll("details")];
  const first = new Set(branches.filter((one) => one.open));
  const unfold = (which) => branches.forEach((one) => { one.open = which(one); });

  const refilter = () => {
    const word = input.value.trim().normalize("NFKC");
    const hits = items.filter(({ name }) => name.includes(word));
    if (!word) {
      items.forEach(({ node }) => { node.hidden = false; });
      unfold((one) => first.has(one));
      count.textContent = "";
      return;
    }
    const kept = new Set();
    const open = new Set();
    const found = new Set(hits.map(({ node }) => node));
    for (const { node } of hits) {
      kept.add(node);
      for (let up = node.parentElement.closest("li"); up && !open.has(up); up = up.parentElement.closest("li")) {
        open.add(up);
        kept.add(up);
      }
    }
    // What lies in a region that is found stays, folded.
    const inside = new Set(found);
    for (const { node, up } of items) {
      if (inside.has(up)) inside.add(node);
      node.hidden = !kept.has(node) && !inside.has(node);
    }
    unfold((one) => open.has(one.parentElement));
    count.textContent = hits.length ? `找到 ${hits.length} 个地区。` : `没有名字里有“${word}”的地区，或者那里还没有收录报告。`;
  };

  form.hidden = false;
  input.addEventListener("input", refilter);
  form.addEventListener("submit", (event) => event.preventDefault());
  document.getElementById("unfold").addEventListener("click", () => unfold(() => true));
  document.getElementById("fold").addEventListener("click", () => unfold(() => false));
})();
