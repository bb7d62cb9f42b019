// A table with filters, sorting and pages in place of a plain one; its state stands in the address.
// The plain table stays until everything is there; without this script it is all there is.
// A page's own script calls gongkaiTable with its rows, columns and filters.
(() => {
  "use strict";

  const read_state = (form, fields) => {
    const asked = new URLSearchParams(location.search);
    for (const name of fields) {
      const field = form.elements[name];
      field.value = asked.get(name) ?? "";
      if (field.selectedIndex === -1) field.value = "";
    }
    return { sort: asked.get("sort"), dir: asked.get("dir"), page: Number(asked.get("page")) || 1 };
  };

  const quote = (value) => {
    const text = String(value ?? "");
    const safe = typeof value === "string" && /^[=+\-@\t]/.test(text) ? `'${text}` : text;
    return `"${safe.replaceAll('"', '""')}"`;
  };

  const save_csv = (rows, { file, columns }) => {
    const lines = rows.map((row) => columns.map(([, name]) => quote(row[name])));
    const text = [columns.map(([head]) => quote(head)), ...lines]
      .map((line) => line.join(",")).join("\r\n");
    const node = document.createElement("a");
    node.href = URL.createObjectURL(new Blob(["\ufeff", text, "\r\n"], { type: "text/csv" }));
    node.download = file;
    node.click();
    URL.revokeObjectURL(node.href);
  };

  const copy_link = async (event) => {
    const button = event.currentTarget;
    try {
      await navigator.clipboard.writeText(location.href);
      button.textContent = "已复制";
    } catch {
      button.textContent = "地址栏里就是链接";
    }
  };

  const load_script = (place) => new Promise((done, failed) => {
    const style = Object.assign(document.createElement("link"), { rel: "stylesheet", href: place.dataset.style });
    const script = Object.assign(document.createElement("script"), { src: place.dataset.script, onload: done, onerror: failed });
    document.head.prepend(style);
    document.head.append(script);
  });

  // The library leaves its parts without names; screen readers need them.
  const name_parts = (place, label) => {
    place.setAttribute("aria-label", label);
    for (const head of place.querySelectorAll(".tabulator-col[aria-sort]")) {
      head.tabIndex = 0;
      head.onkeydown = (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        head.click();
      };
    }
    // A focusable box between grid and rows hides the rows; their links take the focus.
    place.querySelector(".tabulator-tableholder")?.removeAttribute("tabindex");
  };

  // The parts of a page with a table: its place, the plain table, the filters.
  const parts = () => {
    const [place, form, count, plain] = ["interactive", "filters", "count", "plain"]
      .map((id) => document.getElementById(id));
    return { place, form, count, plain, root: new URL(place.dataset.root, location.href) };
  };

  // spec: { label, unit, fields, columns, fits, sort: {column, dir}, csv: {file, columns} },
  // and `ways`, where a column's order has other names than 升序 and 降序.
  const show = (rows, spec) => {
    const { place, form, count, plain } = parts();
    const wanted = () => Object.fromEntries(
      spec.fields.map((name) => [name, form.elements[name].value.trim().normalize("NFKC")]),
    );
    const write_state = (table) => {
      const state = new URLSearchParams();
      for (const [name, value] of Object.entries(wanted())) if (value) state.set(name, value);
      const [sorter] = table.getSorters();
      if (sorter && !(sorter.field === spec.sort.column && sorter.dir === spec.sort.dir)) {
        state.set("sort", sorter.field);
        state.set("dir", sorter.dir);
      }
      const page = table.getPage();
      if (page > 1) state.set("page", page);
      const query = state.toString();
      history.replaceState(null, "", query ? `?${query}` : location.pathname);
    };
    const say = (table) => {
      const hits = table.getDataCount("active");
      const [sorter] = table.getSorters();
      const title = spec.columns.find(({ field }) => field === sorter?.field)?.title ?? "";
      const ways = spec.ways?.[sorter?.field] ?? { asc: "升序", desc: "降序" };
      const sorted = title ? `，按${title}${ways[sorter.dir]}排列` : "";
      count.textContent = hits
        ? `${rows.length} ${spec.unit}中的 ${hits} ${spec.unit[0]}${sorted}。`
        : `${rows.length} ${spec.unit}里没有符合条件的。放宽一个条件，或者清除重来。`;
    };
    const state = read_state(form, spec.fields);
    const table = new window.Tabulator(place, {
      data: rows,
      columns: spec.columns,
      columnDefaults: { resizable: false },
      layout: "fitColumns",
      pagination: true,
      paginationSize: 50,
      paginationElement: document.getElementById("pager"),
      paginationInitialPage: 1,
      initialSort: [{ column: state.sort ?? spec.sort.column, dir: state.dir ?? spec.sort.dir }],
      headerSortTristate: false,
      placeholder: "没有符合条件的",
      locale: "zh",
      langs: {
        zh: {
          pagination: {
            first: "首页", first_title: "首页", last: "末页", last_title: "末页",
            prev: "上一页", prev_title: "上一页", next: "下一页", next_title: "下一页",
            page_title: "第",
          },
        },
      },
    });
    const changed = () => {
      write_state(table);
      say(table);
      name_parts(place, spec.label);
    };
    table.on("tableBuilt", async () => {
      form.hidden = false;
      plain.hidden = true;
      table.setFilter(spec.fits(wanted()));
      if (state.page > 1 && state.page <= table.getPageMax()) await table.setPage(state.page);
      changed();
      for (const name of ["dataSorted", "pageLoaded"]) table.on(name, () => setTimeout(changed));
      const refilter = () => {
        table.setFilter(spec.fits(wanted()));
        changed();
      };
      form.addEventListener("input", refilter);
      form.addEventListener("reset", () => setTimeout(refilter));
      form.addEventListener("submit", (event) => event.preventDefault());
      document.getElementById("csv").addEventListener("click", () => save_csv(table.getData("active"), spec.csv));
      document.getElementById("copy").addEventListener("click", copy_link);
    });
  };

  // Begins once the page is loaded: `spec_of` makes rows and spec from the data file.
  window.gongkaiTable = (spec_of) => {
    const { place, count } = parts();
    if (place.dataset.ready !== "yes") return;
    // A page opened from a folder may not read a data file.
    if (location.protocol === "file:") {
      count.textContent = "从文件夹打开时不能筛选和排序，下面是普通的表。";
      return;
    }
    const begin = async () => {
      try {
        const [data] = await Promise.all([
          fetch(place.dataset.source).then((answer) => answer.json()), load_script(place),
        ]);
        const { rows, ...spec } = spec_of(data, parts());
        show(rows, spec);
      } catch {
        count.textContent = "筛选和排序没有加载成功，下面是普通的表。";
      }
    };
    if (document.readyState === "complete") begin();
    else window.addEventListener("load", begin);
  };

  // The rows of a file that has its values by columns.
  window.gongkaiRows = ({ columns }) => {
    const names = Object.keys(columns);
    return columns[names[0]].map((_, at) => Object.fromEntries(names.map((name) => [name, columns[name][at]])));
  };

  // A cell whose text is a link to the row's page.
  window.gongkaiLink = (cell) => {
    const node = document.createElement("a");
    node.href = cell.getRow().getData().url;
    node.textContent = cell.getValue();
    return node;
  };
})();
