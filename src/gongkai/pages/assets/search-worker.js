// Answers the search page away from its thread: names by the lookup, the full text by Pagefind.
// In a worker Pagefind takes a query as it is, in words parted by spaces, and cuts it no further:
// the index holds every two neighbouring characters as a word, so a query is given as such pairs.
import "./names.js";
import "./search-names.js";

const PAGE = 10;
const MOST = 12;
const BEFORE = 24;
const AROUND = 110;
const RUNS = /(\p{Script=Han}+)|(\d[\d.,]*(?![\da-z]))|([\p{L}\p{M}\p{N}]+?(?=\p{Script=Han}|[^\p{L}\p{M}\p{N}]|$))/gu;
const lookup = globalThis.gongkaiLookup(globalThis.gongkaiNames);
let engine = null;
let answer = { turn: 0, results: [], words: [], ids: [] };

const start = (root) => {
  engine ??= import(new URL("pagefind/pagefind.js", root).href).then(async (pagefind) => {
    await pagefind.options({ ranking: { metaWeights: { title: 3, near: 0.2 } } });
    return pagefind;
  });
  return engine;
};

// The words of a query: what stands between spaces and quotes.
const words_of = (query) => [...new Set(query.toLowerCase().split(/[\s"“”„«»「」『』]+/u))]
  .filter((word) => /[\p{L}\p{N}]/u.test(word));

// The pairs of a word: two neighbouring characters, a number with the character beside it.
const pairs_of = (word) => {
  const runs = [...word.matchAll(RUNS)].map(([run, han, number]) => ({
    signs: Array.from(number ? run.replace(/[.,]/g, "") : run), han: Boolean(han), number: Boolean(number),
  }));
  const out = [];
  runs.forEach(({ signs, han, number }, at) => {
    const [last, next] = [runs[at - 1], runs[at + 1]];
    const text = signs.join("");
    if (han && signs.length > 1) signs.slice(1).forEach((sign, n) => out.push(signs[n] + sign));
    else if (han && !last?.number && !next?.number) out.push(text);
    if (number && last?.han) out.push(last.signs.at(-1) + text);
    if (number && next?.han) out.push(text + next.signs[0]);
    if (!han && !(number && (last?.han || next?.han))) out.push(text);
  });
  return out;
};

// All pairs, or of a long query some from each part of it: what is found is looked at again.
const terms_of = (words) => {
  const pairs = [...new Set(words.flatMap(pairs_of))];
  const step = Math.max(1, pairs.length / MOST);
  return pairs.filter((_, at) => Math.floor(at / step) !== Math.floor((at - 1) / step));
};

// A text without signs and spaces, and where each of its characters stood. Digits stay apart.
const bare = (text) => {
  const signs = [];
  const places = [];
  let gap = "";
  let at = 0;
  for (const sign of text) {
    if (/[\p{L}\p{N}\p{M}]/u.test(sign)) {
      if (gap && gap !== "," && /\d/.test(sign) && /\d/.test(signs.at(-1) ?? "")) {
        signs.push(gap === "." ? "." : " ");
        places.push(at - 1);
      }
      for (const one of sign.toLowerCase()) {
        signs.push(one);
        places.push(at);
      }
      gap = "";
    } else gap += sign;
    at += sign.length;
  }
  places.push(at);
  return { text: signs.join(""), units: signs.flatMap((sign, n) => Array(sign.length).fill(n)), places, signs };
};

const stands = ({ text, units, places, signs }, word) => {
  const out = [];
  for (let at = text.indexOf(word); at >= 0 && out.length < 99; at = text.indexOf(word, at + 1)) {
    const last = units[at + word.length - 1];
    const cut = /\d/.test(word[0]) && /\d/.test(signs[units[at] - 1] ?? "");
    if (!cut) out.push([places[units[at]], places[last] + signs[last].length]);
  }
  return out;
};

const unescaped = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">");

// The text of a page, and the last heading before each place of it.
const text_of = ({ raw_content, anchors }) => {
  const pieces = unescaped(raw_content).split("\u200b");
  const heads = anchors.filter(({ element }) => /^h[2-6]$/i.test(element))
    .map(({ id, text, location }) => ({ id, text, at: pieces.slice(0, location).join("").length }));
  return { text: pieces.join(""), heads };
};

// A passage in pieces, each with whether it was asked for.
const passage = (text, from, marks) => {
  const start_at = Math.max(0, from - BEFORE);
  const end = Math.min(text.length, start_at + AROUND);
  const out = [[start_at > 0 ? "…" : "", false]];
  let at = start_at;
  for (const [begin, stop] of marks.sort((a, b) => a[0] - b[0] || b[1] - a[1])) {
    if (begin < at || stop > end) continue;
    out.push([text.slice(at, begin), false], [text.slice(begin, stop), true]);
    at = stop;
  }
  out.push([text.slice(at, end), false], [end < text.length ? "…" : "", false]);
  return out.filter(([piece]) => piece);
};

// Pagefind gives pages with nearly the same words where there are none: those are not results.
const holds = (naked, title, words) => {
  const texts = [naked.text, naked.text.replaceAll(".", ""), bare(title).text];
  return words.flatMap(pairs_of).every((pair) => texts.some((text) => text.includes(pair)));
};

const result_of = (page, words) => {
  const { text, heads } = text_of(page);
  const naked = bare(text);
  if (!holds(naked, page.meta.title, words)) return null;
  const wanted = words.map((word) => bare(word).text);
  const whole = wanted.map((word) => stands(naked, word));
  const apart = whole.some((places) => !places.length);
  const marks = apart
    ? [...whole.flat(), ...words.flatMap(pairs_of).flatMap((pair) => stands(naked, pair))]
    : whole.flat();
  // The title says what a page is: a passage from the text tells more.
  const body = heads[0]?.at ?? 0;
  const first = marks.map(([begin]) => begin).filter((begin) => begin >= body);
  const from = first.length ? Math.min(...first) : Math.min(...marks.map(([begin]) => begin), body);
  const head = heads.findLast(({ at }) => at <= from);
  return {
    url: page.raw_url.replace(/^\//, ""), title: page.meta.title, apart,
    head: head?.text ?? "", id: head?.id ?? "", passage: passage(text, from, marks),
  };
};

const more = async () => {
  const { results, words } = answer;
  const next = await Promise.all(results.splice(0, PAGE).map((one) => one.data()));
  const found = next.map((page) => result_of(page, words)).filter(Boolean);
  if (!found.length) results.length = 0;
  return { found, left: results.length, dropped: next.length - found.length };
};

const search = async (turn, query, filters, sort, root) => {
  const pagefind = await start(root);
  const words = words_of(lookup.cut(query));
  const terms = terms_of(words);
  if (!terms.length && !Object.keys(filters).length) return { count: 0, found: [], left: 0 };
  const asked = terms.length ? terms.join(" ") : null;
  const order = sort ? { sort: { [sort]: "desc" } } : {};
  const { results, filters: counts } = await pagefind.search(asked, { filters, ...order });
  if (turn < answer.turn) return null;
  answer = { turn, results: [...results], words, ids: results.map(({ id }) => id) };
  const first = await more();
  return { ...first, count: first.found.length ? results.length - first.dropped : 0, counts };
};

const ANSWERS = {
  names: ({ query }) => lookup.find(query),
  text: ({ turn, query, filters, sort, root }) => search(turn, query, filters, sort, root),
  more: () => more(),
  ids: () => answer.ids, // for those who count what is found
  facets: async ({ root }) => (await start(root)).filters(),
};

addEventListener("message", async ({ data: asked }) => {
  try {
    postMessage({ number: asked.number, value: await ANSWERS[asked.what](asked) });
  } catch (error) {
    postMessage({ number: asked.number, failed: String(error) });
  }
});
