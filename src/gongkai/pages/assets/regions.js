// Regions of data/list.json, which stand in the order of a tree, and the fields to choose one by:
// a province, then what lies in it. The form has one field for all, `region`, with an id.
(() => {
  "use strict";

  window.gongkaiRegions = ({ id, name, parent }, form) => {
    const number = new Map(id.map((one, at) => [one, at]));
    const inside = new Map();
    parent.forEach((up, at) => {
      if (!inside.has(up)) inside.set(up, []);
      inside.get(up).push(at);
    });
    // A region and all in it stand together: from its number up to this.
    const end = id.map((_, at) => at + 1);
    for (let at = id.length - 1; at >= 0; at -= 1) {
      if (parent[at] >= 0) end[parent[at]] = Math.max(end[parent[at]], end[at]);
    }
    const path = (at) => (at < 0 ? [] : [...path(parent[at]), at]);
    const words = id.map((_, at) => path(at).map((one) => name[one]).join(" › "));

    const field = form.elements.region;
    const place = document.getElementById("f-region").parentElement;
    const choice = (up, picked) => {
      const select = document.createElement("select");
      select.setAttribute("aria-label", up < 0 ? "地区" : `${name[up]}的下属地区`);
      select.append(new Option(up < 0 ? "全部" : `${name[up]}全部`, up < 0 ? "" : id[up]));
      for (const at of inside.get(up) ?? []) select.append(new Option(name[at], id[at], false, at === picked));
      select.addEventListener("input", (event) => {
        event.stopPropagation();
        field.value = select.value;
        draw(select.id);
        form.dispatchEvent(new Event("input"));
      });
      return select;
    };
    // The fields anew: one for each step down to the region, and one for what lies in it.
    const draw = (keep = "") => {
      if (!number.has(field.value)) field.value = "";
      const steps = [-1, ...path(number.get(field.value) ?? -1)];
      const selects = steps
        .filter((up) => inside.has(up))
        .map((up, at) => Object.assign(choice(up, steps[at + 1]), { id: at ? `f-region-${at}` : "f-region" }));
      place.querySelectorAll("select").forEach((old) => old.remove());
      place.append(...selects);
      if (keep) document.getElementById(keep)?.focus();
    };
    draw();
    return {
      words,
      draw,
      // A test whether a region is the wanted one or lies in it.
      within: (wanted) => {
        const first = number.get(wanted);
        if (first === undefined) return () => true;
        return (at) => at >= first && at < end[first];
      },
    };
  };
})();
