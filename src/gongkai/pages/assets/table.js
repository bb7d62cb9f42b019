// A table with filters, sorting, pages and a choice of columns in place of a plain one; its state
// stands in the address. The plain table stays until everything is there; without this script it
// is all there is. A page's own script calls gongkaiTable with its columns and filters.
//
// Rows are numbers: a column says what it shows at a row and by which number the row is sorted.
// Filtering and sorting work on these alone; the library is given the rows of one page.
(() => {
  "use strict";
  const PAGE = 50;
  // Rows of a file that are written at a time, so that a large one stops nobody.
  const PIECE = 5000;
  const pause = () => new Promise((done) => { setTimeout(done); });

  const read_state = (form, fields, known) => {
    const asked = new URLSearchParams(location.search);
    for (const name of fields) {
      const field = form.elements[name];
      field.value = asked.get(name) ?? "";
      if (field.selectedIndex === -1) field.value = "";
    }
    const cols = asked.get("cols");
    if (cols !== null) for (const box of boxes(form)) box.checked = cols.split(",").includes(box.value);
    const sort = known.includes(asked.get("sort")) ? asked.get("sort") : null;
    const dir = asked.get("dir") === "desc" ? "desc" : "asc";
    return { sort, dir, page: Math.max(1, Math.trunc(Number(asked.get("page"))) || 1) };
  };

  // The columns a reader may choose; one that is always there has a box that is off.
  const boxes = (form) => [...form.querySelectorAll("input[name=cols]:enabled")];

  const quote = (value) => {
    const text = String(value ?? "");
    const safe = typeof value === "string" && /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
    return `"${safe.replaceAll('"', '""')}"`;
  };

  const save_csv = async (rows, columns, file) => {
    const line = (cells) => `${cells.map(quote).join(",")}\r\n`;
    const cells = columns.flatMap((column) => column.csv);
    const pieces = ["\ufeff", line(cells.map(([head]) => head))];
    for (let from = 0; from < rows.length; from += PIECE) {
      const piece = [];
      for (const at of rows.subarray(from, from + PIECE)) piece.push(line(cells.map(([, read]) => read(at))));
      pieces.push(piece.join(""));
      await pause();
    }
    const node = document.createElement("a");
    node.href = URL.createObjectURL(new Blob(pieces, { type: "text/csv" }));
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
      if (!head.classList.contains("tabulator-sortable")) continue;
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

  // All rows in the order of a column: rows of equal rank stay as they were, those that `later`
  // names come after the others, those without a rank last, whichever the direction.
  const ordered = (size, column, dir) => {
    const rank = column.rank();
    const groups = [[], [], []];
    for (let at = 0; at < size; at += 1) {
      groups[Number.isNaN(rank[at]) ? 2 : Number(column.later?.(at) ?? false)].push(at);
    }
    const way = dir === "desc" ? -1 : 1;
    const order = new Uint32Array(size);
    let from = 0;
    for (const [number, group] of groups.entries()) {
      const rows = Uint32Array.from(group);
      if (number < 2) rows.sort((one, other) => way * (rank[one] - rank[other]) || one - other);
      order.set(rows, from);
      from += rows.length;
    }
    return order;
  };

  // spec: { size, label, unit, fields, columns, fits, sort: {column, dir}, file, csv }. `fits` makes
  // a test of a row from the values of the fields. A column is { name, title, show, rank, csv } and
  // what the library takes; `fixed` ones are always there. `needs` fetches what columns need,
  // `synced` is told that the form was set from outside, `csv` are columns only files have, and
  // `ways` says where a column's order has other names than 升序 and 降序.
  const show = async (spec) => {
    const { place, form, count, plain } = parts();
    const by_name = new Map(spec.columns.map((column) => [column.name, column]));
    const state = read_state(form, spec.fields, [...by_name.keys()]);
    spec.synced?.();
    let sort = { column: state.sort ?? spec.sort.column, dir: state.sort ? state.dir : spec.sort.dir };
    let order = null;
    let hits = null;
    let chosen = new Set();

    const wanted = () => Object.fromEntries(
      spec.fields.map((name) => [name, form.elements[name].value.trim().normalize("NFKC")]),
    );
    const read_choice = () => new Set([
      ...spec.columns.filter((column) => column.fixed).map((column) => column.name),
      ...boxes(form).filter((box) => box.checked).map((box) => box.value),
    ]);
    const needs = async (names) => { await spec.needs?.(names); };
    const find = () => {
      order ??= ordered(spec.size, by_name.get(sort.column), sort.dir);
      const fits = spec.fits(wanted());
      hits = order.filter(fits);
    };
    const write_state = (page) => {
      const now = new URLSearchParams();
      for (const [name, value] of Object.entries(wanted())) if (value) now.set(name, value);
      if (boxes(form).some((box) => box.checked !== box.defaultChecked)) {
        now.set("cols", boxes(form).filter((box) => box.checked).map((box) => box.value).join(","));
      }
      if (sort.column !== spec.sort.column || sort.dir !== spec.sort.dir) {
        now.set("sort", sort.column);
        now.set("dir", sort.dir);
      }
      if (page > 1) now.set("page", page);
      const query = now.toString().replaceAll("%2C", ",");
      history.replaceState(null, "", query ? `?${query}` : location.pathname);
    };
    const say = (page) => {
      const ways = spec.ways?.[sort.column] ?? { asc: "升序", desc: "降序" };
      const pages = Math.ceil(hits.length / PAGE);
      const where = pages > 1 ? `第 ${page} 页，共 ${pages} 页。` : "";
      const [all, some] = [spec.size, hits.length].map((number) => number.toLocaleString("zh-CN"));
      count.textContent = hits.length
        ? `${all} ${spec.unit}中的 ${some} ${spec.unit[0]}，按${by_name.get(sort.column).title}${ways[sort.dir]}排列。${where}`
        : `${all} ${spec.unit}里没有符合条件的。放宽一个条件，或者清除重来。`;
    };

    chosen = read_choice();
    await needs([...chosen, sort.column]);
    find();
    let page = Math.min(state.page, Math.max(1, Math.ceil(hits.length / PAGE)));
    let table = null;

    // What the library asks for: a page in an order. It goes back to the first where that changed.
    const answer = async (_url, _config, { page: asked, sort: [sorter] = [] }) => {
      if (sorter && (sorter.field !== sort.column || sorter.dir !== sort.dir)) {
        sort = { column: sorter.field, dir: sorter.dir };
        order = null;
        find();
      }
      page = asked;
      const rows = Array.from(hits.subarray((page - 1) * PAGE, page * PAGE), (row) => ({ id: row }));
      return { data: rows, last_page: Math.max(1, Math.ceil(hits.length / PAGE)), last_row: hits.length };
    };

    const shown = () => spec.columns.filter((column) => chosen.has(column.name));
    // Only what is shown is made: cells that are hidden would cost as much.
    const definitions = () => shown().map(({ name, show: text, rank, csv, fixed, later, ...rest }) => ({
      ...rest,
      field: name,
      headerSort: Boolean(rank),
      formatter: (cell) => text(cell.getRow().getIndex()),
    }));
    table = new window.Tabulator(place, {
      ajaxURL: location.pathname,
      ajaxRequestFunc: answer,
      dataLoader: false,
      columns: definitions(),
      columnDefaults: { resizable: false },
      layout: "fitColumns",
      renderVertical: "basic",
      pagination: true,
      paginationMode: "remote",
      sortMode: "remote",
      paginationSize: PAGE,
      paginationElement: document.getElementById("pager"),
      paginationInitialPage: page,
      initialSort: chosen.has(sort.column) ? [sort] : [],
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

    // Columns go back to the first page; this is the one that was read.
    let kept = 1;
    const changed = () => {
      if (kept > 1) {
        const to = kept;
        kept = 1;
        table.setPage(to);
        return;
      }
      write_state(page);
      say(page);
      name_parts(place, spec.label);
    };
    const refilter = () => {
      find();
      table.setPage(1);
    };
    const choose = async () => {
      try {
        await needs([...read_choice()]);
      } catch {
        for (const box of boxes(form)) box.checked = chosen.has(box.value);
        count.textContent = "这一列没有加载成功，请再试一次。";
        return;
      }
      chosen = read_choice();
      // Without rows the columns are changed at once; the rows come with the sorting or the page.
      table.clearData();
      table.setColumns(definitions());
      if (chosen.has(sort.column)) {
        kept = page;
        table.setSort([sort]);
      } else table.setPage(page);
    };
    table.on("tableBuilt", () => {
      form.hidden = false;
      plain.hidden = true;
      changed();
      table.on("dataProcessed", () => setTimeout(changed));
      form.addEventListener("input", ({ target }) => (target.name === "cols" ? choose() : refilter()));
      form.addEventListener("reset", () => setTimeout(() => {
        spec.synced?.();
        find();
        page = 1;
        choose();
      }));
      form.addEventListener("submit", (event) => event.preventDefault());
      document.getElementById("csv").addEventListener("click", () => save_csv(
        hits,
        [...shown(), ...spec.csv ?? []],
        spec.file,
      ));
      document.getElementById("copy").addEventListener("click", copy_link);
    });
  };

  // Begins once the page is loaded: `spec_of` makes the spec from the data file.
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
        await show(await spec_of(data, parts()));
      } catch {
        count.textContent = "筛选和排序没有加载成功，下面是普通的表。";
      }
    };
    if (document.readyState === "complete") begin();
    else window.addEventListener("load", begin);
  };

  // A node with a text, and a class where it has one.
  window.gongkaiText = (text, kind = "") => {
    const node = document.createElement("span");
    node.textContent = text;
    if (kind) node.className = kind;
    return node;
  };

  window.gongkaiLink = (url, text) => {
    const node = document.createElement("a");
    node.href = url;
    node.textContent = text;
    return node;
  };

  // A rank for each row: that of its text among all texts.
  window.gongkaiRanks = (texts) => {
    const order = [...new Set(texts)].sort(new Intl.Collator("zh-CN", { numeric: true }).compare);
    const rank = new Map(order.map((text, at) => [text, at]));
    return texts.map((text) => rank.get(text));
  };
})();
