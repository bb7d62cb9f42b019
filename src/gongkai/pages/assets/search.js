// The search page: names first, then the full text. Both are looked up in a worker, which nothing
// of is fetched before the reader begins to type. From a folder only names can be looked up.
(() => {
  "use strict";
  const form = document.getElementById("search");
  const [input, narrow] = [form.elements.q, document.getElementById("narrow")];
  const [status, chosen] = [document.getElementById("status"), document.getElementById("chosen")];
  const [names, direct] = [document.getElementById("names"), document.getElementById("direct")];
  const [text, results] = [document.getElementById("text"), document.getElementById("results")];
  const [more, start] = [document.getElementById("more"), document.getElementById("start")];
  const root = new URL(form.dataset.root, location.href).href;
  const fields = [...narrow.querySelectorAll("select")];
  const KINDS = { agency: "机关", report: "报告", region: "地区", year: "年份" };
  const PAUSE = 150;
  const waiting = new Map();
  let worker = null;
  let lookup = null;
  let asked = 0;
  let turn = 0;

  const load = (name) => new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = new URL(`static/${name}`, root).href;
    script.addEventListener("load", resolve);
    script.addEventListener("error", () => reject(new Error(name)));
    document.head.append(script);
  });

  const open_worker = () => {
    const opened = new Worker(new URL("static/search-worker.js", root), { type: "module" });
    opened.addEventListener("message", ({ data: { number, value, failed } }) => {
      const [resolve, reject] = waiting.get(number);
      waiting.delete(number);
      if (failed === undefined) resolve(value);
      else reject(new Error(failed));
    });
    opened.addEventListener("error", () => {
      for (const [, reject] of waiting.values()) reject(new Error("worker"));
      waiting.clear();
    });
    return opened;
  };

  const ask = (what, more_of = {}) => new Promise((resolve, reject) => {
    worker ??= open_worker();
    asked += 1;
    waiting.set(asked, [resolve, reject]);
    worker.postMessage({ number: asked, what, root, ...more_of });
  });

  // Without a worker (from a folder, in an old browser) names are looked up in the page.
  const find_names = async (query) => {
    if (location.protocol !== "file:" && !lookup) {
      try {
        return await ask("names", { query });
      } catch {
        worker = null;
      }
    }
    lookup ??= load("names.js").then(() => load("search-names.js"))
      .then(() => globalThis.gongkaiLookup(globalThis.gongkaiNames));
    return (await lookup).find(query);
  };

  const say = (tag, kind, words) => {
    const node = document.createElement(tag);
    node.className = kind;
    node.textContent = words;
    return node;
  };

  // A folder does not answer an address that ends in a slash.
  const file_of = (url) => (location.protocol === "file:" ? url.replace(/\/$/, "/index.html") : url);

  const linked = (url, title) => {
    const link = document.createElement("a");
    link.href = new URL(file_of(url), root).href;
    link.textContent = title;
    return link;
  };

  const name_line = ({ kind, url, title, other, where, lacks }) => {
    const line = document.createElement("li");
    line.append(linked(url, title), say("span", "kind", KINDS[kind]));
    if (where) line.append(say("span", "gk-dim", where));
    if (other) line.append(say("span", "gk-dim", `又名${other}`));
    if (lacks.length) line.append(say("span", "gk-dim", `没有收录${lacks.join("、")}年的报告`));
    return line;
  };

  const text_line = ({ url, title, head, id, passage, apart }) => {
    const line = document.createElement("li");
    line.append(linked(id ? `${url}#${encodeURIComponent(id)}` : url, title));
    if (head) line.append(say("span", "kind", head));
    const words = document.createElement("p");
    words.append(...passage.map(([piece, hit]) => (hit ? say("mark", "", piece) : piece)));
    if (apart) words.append(say("span", "gk-dim", "（这几个字没有连在一起）"));
    line.append(words);
    return line;
  };

  const state = () => Object.fromEntries(fields.map(({ name, value }) => [name, value])
    .filter(([, value]) => value));

  const keep_address = (query, wanted) => {
    const url = new URL(location.href);
    url.search = new URLSearchParams({ ...(query ? { q: query } : {}), ...wanted }).toString();
    history.replaceState(null, "", url);
  };

  const show_counts = (counts) => {
    for (const field of fields) {
      if (!counts?.[field.name]) continue;
      for (const option of field.options) {
        if (!option.value) continue;
        option.dataset.name ??= option.textContent;
        option.textContent = `${option.dataset.name}（${counts[field.name][option.value] ?? 0}）`;
      }
    }
  };

  const show_more = ({ found, left }) => {
    const lines = found.map(text_line);
    results.append(...lines);
    more.hidden = left === 0;
    return lines[0];
  };

  const clear = () => {
    direct.replaceChildren();
    results.replaceChildren();
    [names.hidden, text.hidden, more.hidden, start.hidden] = [true, true, true, false];
    status.textContent = "";
  };

  const why_not = () => {
    if (location.protocol === "file:") return "从文件夹打开时只能找机关、地区和年份；全文搜索要在网站上用。";
    return form.dataset.ready === "yes" ? "全文搜索没有装上，请重新打开这一页；这里只找了机关、地区和年份。" : "";
  };

  const full_text = async (mine, query, { sort = "", ...filters }) => {
    if (form.dataset.ready !== "yes" || location.protocol === "file:" || lookup) return undefined;
    try {
      return await ask("text", { turn: mine, query, filters, sort });
    } catch {
      return undefined;
    }
  };

  const told = (query, wanted, answer, count) => {
    const what = query ? `“${query}”` : "所选范围";
    if (!answer) return count ? why_not() : `没有找到${what}。${why_not()}`;
    if (answer.count) return `${what}：${answer.count} 页提到。`;
    if (count) return `${what}：全文里没有，名称见下。`;
    const narrowed = Object.keys(wanted).some((name) => name !== "sort");
    return `没有找到${what}。${narrowed ? "可以清除筛选，" : ""}换个说法，或者从报告、机关、地区找起。`;
  };

  const run = async () => {
    turn += 1;
    const mine = turn;
    const query = input.value.trim();
    const wanted = state();
    keep_address(query, wanted);
    const number = Object.keys(wanted).length;
    chosen.textContent = number ? `（已选 ${number} 项）` : "";
    if (!query && !number) {
      clear();
      return;
    }
    status.textContent = "正在搜索……";
    start.hidden = true;
    const named = query ? await find_names(query) : { hits: [], count: 0 };
    if (mine !== turn) return;
    direct.replaceChildren(...named.hits.map(name_line));
    names.hidden = named.hits.length === 0;
    const answer = await full_text(mine, query, wanted);
    if (mine !== turn || answer === null) return;
    results.replaceChildren();
    text.hidden = !answer?.count;
    if (answer?.count) show_more(answer);
    show_counts(answer?.counts);
    status.textContent = told(query, wanted, answer, named.hits.length);
    start.hidden = Boolean(answer?.count || named.hits.length);
  };

  let timer = 0;
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(run, PAUSE);
  };

  // Up and down between the box and the results; Escape goes back to the box.
  const walk = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const links = [...document.querySelectorAll("#direct a, #results a")];
    const at = links.indexOf(document.activeElement);
    const inside = document.activeElement === input || at >= 0;
    if (event.key === "Escape" && at >= 0) input.focus();
    else if (step && inside && links.length && !(at < 0 && step < 0)) {
      (links[Math.min(at + step, links.length - 1)] ?? input).focus();
      event.preventDefault();
    }
  };

  // A slash goes to the box, unless something is being typed.
  const slash = (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (document.activeElement?.matches("input, textarea, select")) return;
    event.preventDefault();
    input.focus();
  };

  const facets = async () => {
    if (narrow.open && form.dataset.ready === "yes") show_counts(await ask("facets").catch(() => null));
  };

  input.addEventListener("input", later);
  narrow.addEventListener("change", run);
  narrow.addEventListener("toggle", facets, { once: true });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(timer);
    run();
  });
  form.addEventListener("reset", () => setTimeout(() => {
    input.value = "";
    run();
  }));
  more.addEventListener("click", async () => {
    const mine = turn;
    const next = await ask("more");
    if (mine === turn) show_more(next)?.querySelector("a").focus();
  });
  document.addEventListener("keydown", walk);
  document.addEventListener("keydown", slash);

  const wanted = new URLSearchParams(location.search);
  for (const field of fields) {
    field.value = wanted.get(field.name) ?? "";
    if (field.selectedIndex === -1) field.value = "";
  }
  narrow.hidden = form.dataset.ready !== "yes" || location.protocol === "file:";
  narrow.open = fields.some(({ value }) => value);
  input.value = wanted.get("q") ?? "";
  if (input.value || narrow.open) run();
})();
