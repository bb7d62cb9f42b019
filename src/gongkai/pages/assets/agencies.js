// The index of agencies: one row for all reports of an agency, over data/list.json.
(() => {
  "use strict";
  const { gongkaiText: text, gongkaiLink: link, gongkaiRanks: ranks } = window;
  const options = (id) => new Map(
    [...document.getElementById(id).options].slice(1).map((one) => [one.value, one.textContent]),
  );

  // 2019, 2021, 2022, 2023 → 2019、2021–2023
  const spans = (years) => {
    const found = [];
    for (const year of years) {
      const last = found.at(-1);
      if (last && last[1] === year - 1) last[1] = year;
      else found.push([year, year]);
    }
    return found.map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`)).join("、");
  };

  // The agencies with the years and findings of their reports. One that moved stands where it was last.
  const gathered = ({ agencies, columns }) => {
    const found = new Map();
    columns.agency.forEach((agency, at) => {
      const id = agencies.id[agency];
      if (!found.has(id)) found.set(id, { agency, years: [], found: 0 });
      const one = found.get(id);
      one.years.push(columns.year[at]);
      one.found += columns.errors[at] + columns.warnings[at] + columns.notes[at];
    });
    const all = [...found.values()];
    for (const one of all) one.years.sort((left, right) => left - right);
    return all.sort((one, other) => agencies.region[one.agency] - agencies.region[other.agency]
      || (agencies.id[one.agency] < agencies.id[other.agency] ? -1 : 1));
  };

  window.gongkaiTable((data, { form, root }) => {
    const { agencies } = data;
    const regions = window.gongkaiRegions(data.regions, form);
    const [levels, classes] = [options("f-level"), options("f-class")];
    const all = gathered(data);
    const of = (column) => (at) => agencies[column][all[at].agency];
    const [id, name, region, level, kind] = ["id", "name", "region", "level", "class"].map(of);
    const url = (at) => new URL(`agencies/${id(at)}/`, root).href;
    const each = (read) => all.map((_, at) => read(at));
    const column = (field, title, read, more) => ({
      name: field, title, fixed: true, show: (at) => text(read(at)), csv: [[title, read]], ...more,
    });
    const fits = (wanted) => {
      const inside = regions.within(wanted.region);
      const spoken = wanted.q.split(/\s+/);
      return (at) => inside(region(at))
        && (!wanted.level || level(at) === wanted.level)
        && (!wanted.class || kind(at) === wanted.class)
        && spoken.every((word) => name(at).includes(word) || regions.words[region(at)].includes(word));
    };
    const right = { hozAlign: "right", minWidth: 80 };
    return {
      size: all.length,
      label: "机关列表",
      unit: "个机关",
      fields: ["q", "region", "level", "class"],
      columns: [
        column("agency", "机关", name, {
          rank: () => ranks(each(name)), show: (at) => link(url(at), name(at)), widthGrow: 3, minWidth: 150,
        }),
        column("region", "地区", (at) => regions.words[region(at)], { rank: () => each(region), widthGrow: 3, minWidth: 130 }),
        column("class", "类别", (at) => classes.get(kind(at)), { rank: () => ranks(each((at) => classes.get(kind(at)))), minWidth: 100 }),
        column("level", "层级", (at) => levels.get(level(at)), {
          rank: () => each((at) => [...levels.keys()].indexOf(level(at))), minWidth: 70,
        }),
        column("years", "有报告的年份", (at) => spans(all[at].years), {
          rank: () => each((at) => all[at].years.at(-1)), minWidth: 120, widthGrow: 2,
        }),
        column("reports", "报告（份）", (at) => all[at].years.length, { rank: () => each((at) => all[at].years.length), ...right }),
        column("found", "发现（处）", (at) => all[at].found, { rank: () => each((at) => all[at].found), ...right }),
      ],
      fits,
      synced: () => regions.draw(),
      sort: { column: "region", dir: "asc" },
      file: "gongkai-agencies.csv",
      csv: [{ csv: [["编号", id], ["网址", url]] }],
    };
  });
})();
