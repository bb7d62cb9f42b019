// Search: names of agencies, places and years first, then the full text by Pagefind.
// Nothing is fetched before the reader begins to type.
(() => {
  "use strict";
  const form = document.getElementById("search");
  const input = document.getElementById("q");
  const status = document.getElementById("status");
  const direct = document.getElementById("direct");
  const results = document.getElementById("results");
  const more = document.getElementById("more");
  const root = new URL(form.dataset.root, location.href);
  const PAGE = 10;
  let engine = null;
  let names = null;
  let found = [];
  let shown = 0;
  let turn = 0;

  const load_engine = () => {
    engine ??= form.dataset.ready === "yes"
      ? import(new URL("pagefind/pagefind.js", root).href)
      : Promise.resolve(null);
    return engine;
  };

  const load_names = () => {
    names ??= fetch(new URL("data/reports.json", root)).then((r) => r.json()).then(({ columns }) => {
      const known = new Map();
      const put = (url, name, kind, text) => known.set(url, { url, name, kind, text });
      columns.report_id.forEach((id, at) => {
        const [agency, year] = [columns.agency[at], String(columns.year[at])];
        const places = columns.region[at].split("/");
        const ids = columns.region_ids[at].split("/");
        places.forEach((place, n) => put(`regions/${ids[n]}/`, place, "地区", place));
        put(`years/${year}/`, `${year}年`, "年份", `${year}年`);
        put(`agencies/${columns.agency_id[at]}/`, agency, "机关", places.join("") + agency);
        put(columns.url[at], `${agency} ${year}年`, "报告", `${places.join("")}${agency}${year}年度报告`);
      });
      return [...known.values()];
    });
    return names;
  };

  const item = (url, title, kind, excerpt) => {
    const line = document.createElement("li");
    const link = document.createElement("a");
    link.href = new URL(url, root).href;
    link.textContent = title;
    line.append(link);
    if (kind) {
      const word = document.createElement("span");
      word.className = "kind";
      word.textContent = kind;
      line.append(word);
    }
    if (excerpt) {
      const text = document.createElement("p");
      text.append(...excerpt);
      line.append(text);
    }
    return line;
  };

  // The excerpt is text with <mark> in it; only the marks are made elements.
  const marked = (html) => html.split(/(<mark>.*?<\/mark>)/).map((piece) => {
    const hit = /^<mark>(.*)<\/mark>$/.exec(piece);
    const node = document.createElement(hit ? "mark" : "span");
    const plain = hit ? hit[1] : piece;
    node.textContent = new DOMParser().parseFromString(plain, "text/html").body.textContent;
    return node;
  });

  const show_names = async (query) => {
    const words = query.replace(/(\d{4})年?/g, " $1 ").split(/\s+/).filter(Boolean);
    const order = { 机关: 0, 报告: 1, 地区: 2, 年份: 3 };
    const hits = (await load_names()).filter(({ text }) => words.every((w) => text.includes(w)));
    hits.sort((a, b) => (b.name === query) - (a.name === query) || order[a.kind] - order[b.kind]);
    direct.replaceChildren(...hits.slice(0, 6).map((hit) => item(hit.url, hit.name, hit.kind)));
    return hits.length;
  };

  const show_more = async () => {
    const next = await Promise.all(found.slice(shown, shown + PAGE).map((hit) => hit.data()));
    shown += next.length;
    for (const page of next) {
      const url = page.raw_url.replace(/^\//, "");
      results.append(item(url, page.meta.title, "", marked(page.excerpt)));
    }
    more.hidden = shown >= found.length;
  };

  const run = async () => {
    const mine = ++turn;
    const query = input.value.trim().normalize("NFKC");
    const url = new URL(location.href);
    url.search = query ? `?q=${encodeURIComponent(query)}` : "";
    history.replaceState(null, "", url);
    if (!query) {
      direct.replaceChildren();
      results.replaceChildren();
      status.textContent = "";
      more.hidden = true;
      return;
    }
    status.textContent = "正在搜索……";
    const count = await show_names(query);
    const pagefind = await load_engine();
    const answer = pagefind ? await pagefind.search(query) : { results: [] };
    if (mine !== turn) return;
    [found, shown] = [answer.results, 0];
    results.replaceChildren();
    await show_more();
    status.textContent = found.length || count
      ? `“${query}”：${found.length} 页提到。`
      : `没有找到“${query}”。换个说法，或者从报告、机关、地区找起。`;
  };

  let timer = 0;
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(run, 200);
  };
  input.addEventListener("input", later);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    run();
  });
  more.addEventListener("click", show_more);
  const asked = new URLSearchParams(location.search).get("q");
  if (asked) {
    input.value = asked;
    run();
  }
})();
