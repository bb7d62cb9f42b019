// The list of reports: its columns and filters over data/list.json, and over data/list-more.json
// once a column of it is asked for. What columns there are, the boxes of the page say.
(() => {
  "use strict";
  const FIELDS = ["q", "region", "level", "class", "year", "form", "found"];
  const { gongkaiText: text, gongkaiLink: link } = window;
  const place = document.getElementById("interactive");
  const [ERROR, WARN, INFO] = place.dataset.severities.split("|");
  const grouped = new Intl.NumberFormat("zh-CN");
  const options = (id) => new Map(
    [...document.getElementById(id).options].slice(1).map((one) => [one.value, one.textContent]),
  );

  // To one decimal, halves to the even digit, as the pages have it.
  const percent = (part, whole) => {
    const exact = (part * 100) / whole;
    const half = Number.isInteger(exact * 4) && !Number.isInteger(exact * 2);
    const tenths = Math.floor(exact * 10);
    return half ? ((tenths + (tenths % 2)) / 10).toFixed(1) : exact.toFixed(1);
  };

  const spec_of = (data, { form, root }) => {
    const { agencies, forms, absent, rate_statuses: statuses, rate_words: reasons, rates } = data;
    const columns = { ...data.columns };
    const marked = new Map();
    const regions = window.gongkaiRegions(data.regions, form);
    const [levels, classes, versions] = [options("f-level"), options("f-class"), options("f-form")];
    const region = (at) => agencies.region[columns.agency[at]];
    const size = columns.agency.length;
    const field = document.getElementById("f-year");
    const years = [...new Set(columns.year)].sort((one, other) => other - one);
    field.append(...years.map((year) => new Option(`${year}年`, year)));

    // A phone has no room for the region unless it is asked for.
    if (window.matchMedia("(max-width: 45em)").matches) {
      const box = form.querySelector("input[name=cols][value=region]");
      box.defaultChecked = false;
      box.checked = false;
    }

    const name = (at) => agencies.name[columns.agency[at]];
    const report = (at) => `${agencies.id[columns.agency[at]]}-${columns.year[at]}`;
    const url = (at) => new URL(`reports/${report(at)}/`, root).href;
    const number = (value) => (typeof value === "number" ? value : NaN);
    const words = (value) => (typeof value === "number" ? grouped.format(value) : absent[value]);
    const of_agency = (read) => (at) => read(columns.agency[at]);
    // A rank for each report from one for each agency.
    const ranked = (ranks) => columns.agency.map((agency) => ranks[agency]);
    const is_marked = (column, at) => marked.get(column)?.has(at) ?? false;

    const figure = (column) => ({
      rank: () => columns[column].map(number),
      show: (at) => {
        const value = columns[column][at];
        const note = is_marked(column, at) ? "（空白作零）" : "";
        return text(words(value) + note, typeof value === "number" ? "" : "gk-dim");
      },
      csv: (title) => [
        [title, (at) => { const value = columns[column][at]; return typeof value === "number" ? value : absent[value]; }],
        ...marked.has(column) ? [[`${title}：空白作零`, (at) => (is_marked(column, at) ? "是" : "否")]] : [],
      ],
    });

    // A rate of few cases is given as its figures and comes after those in per cent.
    const rate = (column) => {
      const [part, whole] = rates[column];
      const status = (at) => statuses[columns[column][at]];
      const share = (at) => columns[part][at] / columns[whole][at];
      const computed = (at) => status(at) === "number" || status(at) === "small_denominator";
      return {
        rank: () => columns[column].map((_, at) => (computed(at) ? share(at) : NaN)),
        later: (at) => status(at) === "small_denominator",
        show: (at) => {
          const [some, all] = [columns[part][at], columns[whole][at]];
          if (status(at) === "zero_denominator") return text(reasons[columns[column][at]], "gk-dim");
          for (const value of [some, all]) if (typeof value !== "number") return text(absent[value], "gk-dim");
          const fraction = `${words(some)}/${words(all)}`;
          if (status(at) === "number") return text(`${percent(some, all)}%（${fraction}）`);
          return text(fraction, computed(at) ? "" : "gk-dim");
        },
        csv: (title) => [
          [`${title}（%）`, (at) => (status(at) === "number"
            ? Number(percent(columns[part][at], columns[whole][at])) : reasons[columns[column][at]])],
          [`${title}：分子`, (at) => figure(part).csv("")[0][1](at)],
          [`${title}：分母`, (at) => figure(whole).csv("")[0][1](at)],
        ],
      };
    };

    const counts = (at) => [[columns.errors[at], ERROR], [columns.warnings[at], WARN], [columns.notes[at], INFO]];
    const label = (names) => of_agency((agency) => names(agency));
    const plain = (read, rank) => ({
      rank, show: (at) => text(read(at)), csv: (title) => [[title, read]],
    });
    const kinds = {
      agency: {
        fixed: true,
        rank: () => ranked(window.gongkaiRanks(agencies.name)),
        show: (at) => link(url(at), name(at)),
        csv: (title) => [[title, name]],
        widthGrow: 3, minWidth: 130, frozen: true,
      },
      region: {
        ...plain((at) => regions.words[region(at)], () => columns.agency.map((agency) => agencies.region[agency])),
        widthGrow: 3, minWidth: 130,
      },
      level: plain(
        label((agency) => levels.get(agencies.level[agency])),
        () => ranked(agencies.level.map((level) => [...levels.keys()].indexOf(level))),
      ),
      class: {
        ...plain(
          label((agency) => classes.get(agencies.class[agency])),
          () => ranked(window.gongkaiRanks(agencies.class.map((one) => classes.get(one)))),
        ),
        minWidth: 100,
      },
      year: { ...plain((at) => columns.year[at], () => columns.year), hozAlign: "right", minWidth: 70 },
      form: plain((at) => versions.get(forms[columns.form[at]]) ?? "未识别", () => columns.form),
      published: {
        ...plain(
          (at) => columns.published[at] ?? "不详",
          () => columns.published.map((day) => (day ? Number(day.replaceAll("-", "")) : NaN)),
        ),
        minWidth: 100,
      },
      blanks: { ...figure("blanks"), hozAlign: "right", minWidth: 80 },
      found: {
        rank: () => columns.errors.map((errors, at) => errors * 1e6 + columns.warnings[at] * 1e3 + columns.notes[at]),
        show: (at) => {
          const loud = columns.errors[at] + columns.warnings[at] > 0;
          const told = counts(at).filter(([many]) => many).map(([many, word]) => `${many} ${word}`).join(" ");
          return text(`${loud ? "▲ " : ""}${told || "无"}`, loud ? "gk-amber" : "gk-dim");
        },
        csv: () => [ERROR, WARN, INFO].map((word, which) => [word, (at) => counts(at)[which][0]]),
        minWidth: 110, widthGrow: 2,
      },
    };
    const column = ({ value, dataset }) => {
      const made = kinds[value]
        ?? (rates[value] ? { ...rate(value), minWidth: 150, widthGrow: 2 } : { ...figure(value), minWidth: 90 });
      if (!kinds[value]) made.hozAlign = "right";
      return {
        minWidth: 80, ...made, name: value, title: dataset.title,
        get csv() { return made.csv(dataset.title); },
      };
    };

    const loaded = (names) => names
      .flatMap((one) => (kinds[one] && one !== "blanks" && one !== "published" ? [] : [one, ...rates[one] ?? []]))
      .every((one) => one in columns);
    const needs = async (names) => {
      if (loaded(names)) return;
      const more = await fetch(place.dataset.more).then((answer) => answer.json());
      Object.assign(columns, more.columns);
      for (const [which, rows] of Object.entries(more.marked)) marked.set(which, new Set(rows));
    };

    const fits = (wanted) => {
      const inside = regions.within(wanted.region);
      const spoken = wanted.q.split(/\s+/).filter(Boolean);
      const heard = agencies.name.map((one, agency) => {
        const all = `${one} ${regions.words[agencies.region[agency]]}`;
        return spoken.map((word) => all.includes(word));
      });
      const agency_fits = agencies.id.map((_, agency) =>
        inside(agencies.region[agency])
        && (!wanted.level || agencies.level[agency] === wanted.level)
        && (!wanted.class || agencies.class[agency] === wanted.class));
      const form_wanted = wanted.form ? forms.indexOf(wanted.form) : null;
      const found = {
        error: (at) => columns.errors[at] > 0,
        warn: (at) => columns.errors[at] + columns.warnings[at] > 0,
        none: (at) => columns.errors[at] + columns.warnings[at] === 0,
      }[wanted.found];
      return (at) => {
        const agency = columns.agency[at];
        return agency_fits[agency]
          && (!wanted.year || String(columns.year[at]) === wanted.year)
          && (form_wanted === null || columns.form[at] === form_wanted)
          && (!found || found(at))
          && heard[agency].every((said, which) => said || String(columns.year[at]).includes(spoken[which]));
      };
    };

    return {
      size,
      label: "报告列表",
      unit: "份报告",
      fields: FIELDS,
      columns: [...form.querySelectorAll("input[name=cols]")].map(column),
      needs,
      fits,
      synced: () => regions.draw(),
      sort: { column: "year", dir: "desc" },
      file: "gongkai-reports.csv",
      csv: [{ csv: [["报告编号", report], ["网址", url]] }],
    };
  };

  window.gongkaiTable(spec_of);
})();
