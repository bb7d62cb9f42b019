// Looks up names of agencies, places and years, and folds text as the index was folded.
// Needs the data of names.js; runs in the page or in a worker, touches neither.
(() => {
  "use strict";
  const LONGEST = 200;
  const PART = 40;
  const PIECES = 3;
  const SHOWN = 8;
  const NEVER = 99;
  // Names that are so much farther from a query than the nearest one are not meant.
  const FARTHER = 16;
  // A look behind the digits would say it shorter; browsers of a few years ago do not know it.
  const DIGITS = /(\d+)\s*年?度?/g, YEAR = /^(?:19|20)\d{2}$/;
  const IDLE = /政府信息公开工作年度报告|政府信息公开年度报告|政府信息公开年报|信息公开年报|年度报告|年报|报告/g;
  const FOLDED = /[\p{L}\p{Nd}\u2f00-\u2fd5]/u;

  const pairs_of = ({ like, unseen }) => {
    const signs = [...like];
    const pairs = new Map([...unseen].map((sign) => [sign, ""]));
    for (let at = 0; at < signs.length; at += 2) pairs.set(signs[at], signs[at + 1]);
    return pairs;
  };

  // Letters and digits one for one in their plain forms; signs stay as they are.
  const folding = (data) => {
    const pairs = pairs_of(data);
    const letter = (sign) => {
      if (sign < "\x80") return sign;
      if (pairs.has(sign)) return pairs.get(sign);
      if (!FOLDED.test(sign)) return sign;
      const plain = [...sign.normalize("NFKC")].map((one) => pairs.get(one) ?? one).join("");
      return [...plain].length <= 1 ? plain : sign;
    };
    return (text) => Array.from(text, letter).join("");
  };

  // A query: folded, of a length that can be answered.
  const cut = (text, fold) => fold(Array.from(text).slice(0, LONGEST).join(""))
    .replace(/[\p{C}]/gu, " ").trim();

  // In how few pieces what was typed stands in these characters, in their order; 0: not at all.
  // A character may be typed as itself, as its sound, or as the first letter or letters of it.
  const pieces = (typed, signs) => {
    const size = typed.length;
    let open = new Uint8Array(size + 1).fill(NEVER);
    let next = new Uint8Array(size + 1);
    const shut = new Uint8Array(size + 1).fill(NEVER);
    shut[0] = 0;
    let best = NEVER;
    for (const { sign, sound } of signs) {
      next.fill(NEVER);
      for (let at = 0; at < size; at += 1) {
        const from = Math.min(open[at], shut[at] + 1);
        if (from > PIECES) continue;
        if (typed[at] === sign) next[at + 1] = Math.min(next[at + 1], from);
        let same = 0;
        while (same < sound.length && typed[at + same] === sound[same]) {
          same += 1;
          const stops = same === 1 || same === sound.length || at + same === size
            || (same === 2 && sound[1] === "h");
          if (stops) next[at + same] = Math.min(next[at + same], from);
        }
      }
      for (let at = 0; at <= size; at += 1) shut[at] = Math.min(shut[at], open[at]);
      [open, next] = [next, open];
      best = Math.min(best, open[size]);
    }
    return best === 1 || best * 2 <= size ? best % NEVER : 0;
  };

  // Whether the signs stand in the text in their order: quick, and passes most names over.
  const follows = (signs, text) => {
    let at = 0;
    for (const sign of signs) {
      at = text.indexOf(sign, at) + 1;
      if (at === 0) return false;
    }
    return true;
  };

  // How far a part of a query is from a name: 0 the name itself, Infinity: another name.
  const distance = (part, one) => {
    if (part.text === one.text || part.text === one.code) return 0;
    if (!follows(part.signs, part.letters ? one.sounds : one.whole)) return Infinity;
    if (one.text.startsWith(part.text)) return 1;
    if (one.text.includes(part.text)) return 2;
    const own = pieces(part.signs, one.signs);
    if (own) return own === 1 ? 2.5 : 2 + own;
    const all = pieces(part.signs, [...one.above, ...one.signs]);
    if (!all) return Infinity;
    return pieces(part.signs, one.above) ? 8 : 5 + all;
  };

  const parts_of = (text) => text.toLowerCase().split(/[^\p{L}\p{N}]+/u).filter(Boolean)
    .map((word) => {
      const signs = Array.from(word).slice(0, PART);
      return { text: signs.join(""), signs, letters: /[a-z]/.test(word) };
    })
    .filter(({ letters, signs }) => !letters || signs.length > 1);

  const parse = (query) => {
    const years = new Set();
    const rest = query.replace(IDLE, " ").replace(DIGITS, (found, digits) => {
      if (!YEAR.test(digits)) return found;
      years.add(Number(digits));
      return " ";
    });
    return { years: [...years], parts: parts_of(rest) };
  };

  // Every name with its characters, their sounds, and the places it lies in.
  const names_of = (data) => {
    const sounds = new Map();
    for (const [sound, signs] of Object.entries(data.pinyin)) {
      for (const sign of signs) sounds.set(sign, sound);
    }
    const spelled = (name) => {
      const read = data.read[name]?.split(" ");
      return Array.from(name, (sign, at) => ({
        sign: sign.toLowerCase(), sound: read ? read[at] : sounds.get(sign) ?? "",
      }));
    };
    const { regions, agencies } = data;
    const above = [];
    const path = [];
    regions.name.forEach((name, at) => {
      const up = regions.in[at];
      above.push(up < 0 ? [] : [...above[up], ...spelled(regions.name[up])]);
      path.push(up < 0 ? [] : [...path[up], regions.name[up]]);
    });
    const out = [];
    const put = (kind, table, at, over, where) => {
      const all = [table.name[at], ...(table.other[at] ?? [])];
      all.forEach((name, number) => {
        const signs = spelled(name);
        const whole = [...over, ...signs];
        out.push({
          kind, at, where, above: over, text: name.toLowerCase(), signs,
          whole: whole.map(({ sign }) => sign).join(""),
          sounds: whole.map(({ sign, sound }) => sign + sound).join(""),
          code: kind === "region" ? table.id[at] : "", other: number ? name : "",
        });
      });
    };
    regions.name.forEach((_, at) => put("region", regions, at, above[at], path[at]));
    agencies.name.forEach((_, at) => {
      const up = agencies.in[at];
      put("agency", agencies, at, [...above[up], ...spelled(regions.name[up])],
        [...path[up], regions.name[up]]);
    });
    return out;
  };

  const lookup = (data) => {
    const fold = folding(data);
    let names = null;
    const { first, regions, agencies } = data;
    const has = (at, year) => year >= first && year < first + 31
      && (agencies.years[at] >> (year - first) & 1) === 1;
    const held = agencies.years.reduce((all, one) => all | one, 0);
    const years = Array.from({ length: 31 }, (_, at) => first + 30 - at)
      .filter((year) => (held >> (year - first) & 1) === 1);
    const known = (year) => years.includes(year);

    const matching = (parts) => {
      names ??= names_of(data);
      const best = new Map();
      for (const one of names) {
        let far = one.other ? 0.25 : 0;
        for (const part of parts) {
          far += distance(part, one);
          if (far === Infinity) break;
        }
        const key = `${one.kind} ${one.at}`;
        if (far < (best.get(key)?.far ?? Infinity)) best.set(key, { ...one, far });
      }
      return [...best.values()];
    };

    const shown = (one, years) => {
      const table = one.kind === "region" ? regions : agencies;
      const hit = {
        kind: one.kind, title: table.name[one.at], other: one.other, where: one.where.join(" › "),
        url: `${one.kind === "region" ? "regions" : "agencies"}/${table.id[one.at]}/`, lacks: [],
        far: one.far * 4 + (one.kind === "region" ? 0 : 1), size: one.text.length, at: one.at,
      };
      if (one.kind === "region" || !years.length) return [hit];
      const reports = years.filter((year) => has(one.at, year)).map((year) => ({
        ...hit, kind: "report", title: `${hit.title} ${year}年`, far: hit.far - 3,
        url: `reports/${agencies.id[one.at]}-${year}/`,
      }));
      const lacks = years.filter((year) => !has(one.at, year));
      return [...reports, { ...hit, lacks, far: hit.far + (lacks.length ? 8 : 2) }];
    };

    // The names nearest to a query, the nearest first, and how many there are in all.
    const find = (text) => {
      const { years, parts } = parse(cut(text, fold));
      const hits = parts.length ? matching(parts).flatMap((one) => shown(one, years)) : [];
      const near = Math.min(...hits.map(({ far }) => far)) + FARTHER;
      const meant = hits.filter(({ far }) => far <= near);
      meant.sort((a, b) => a.far - b.far || a.size - b.size || a.at - b.at);
      const year_hits = years.filter(known).map((year) => ({
        kind: "year", title: `${year}年`, other: "", where: "", lacks: [], url: `years/${year}/`,
      }));
      const kept = parts.length ? meant : year_hits;
      const more = parts.length && meant.length ? year_hits : [];
      return { hits: [...kept.slice(0, SHOWN - more.length), ...more], count: kept.length + more.length };
    };

    return { find, fold, years, cut: (text) => cut(text, fold) };
  };

  globalThis.gongkaiLookup = lookup;
})();
