// Answers questions in SQL, in a process of its own: reads the published database and nothing else.
// A small database is fetched whole and its SHA-256 compared; of a large one only the pages a
// question needs, each from the same version of the file. Nothing can be written.
import sqlite3InitModule from "./vendor/sqlite3.js";

// Beside the figures of a question the engine needs no file: no storage of the browser is touched.
globalThis.sqlite3ApiConfig = {
  disable: { vfs: { kvvfs: true, opfs: true, "opfs-sahpool": true, "opfs-wl": true } },
};

const NAME = "gongkai.sqlite";
const PAGE = 4096;
// How much is asked for at once: it doubles while a question reads on, since each request costs time.
const FIRST = 32 * PAGE, MOST = 1024 * PAGE;
const MORE = "another version of the file", ENOUGH = "more bytes than allowed", ABSENT = "the file cannot be read";

let base = null;
let engine = null;
// What went wrong inside a read; the engine itself only knows that it failed.
let failure = null;
const net = { bytes: 0, requests: 0, limit: Infinity, since: 0 };

const say = (type, more = {}) => postMessage({ type, bytes: net.bytes, requests: net.requests, ...more });

class Failure extends Error {}

// Pages of a file on a server, kept once read.
class Remote {
  constructor(url, size) {
    Object.assign(this, { url, size, version: null, pages: new Map(), next: -1, step: FIRST });
  }

  ask(from, to) {
    const request = new XMLHttpRequest();
    request.open("GET", this.url, false);
    request.responseType = "arraybuffer";
    request.setRequestHeader("Range", `bytes=${from}-${to - 1}`);
    request.send();
    const range = request.getResponseHeader("Content-Range");
    if (request.status !== 206 || !range) throw new Failure(ABSENT);
    const version = request.getResponseHeader("ETag") ?? request.getResponseHeader("Last-Modified");
    this.version ??= version;
    if (range !== `bytes ${from}-${to - 1}/${this.size}` || version !== this.version) throw new Failure(MORE);
    const data = new Uint8Array(request.response);
    if (data.length !== to - from) throw new Failure(ABSENT);
    net.bytes += data.length;
    net.requests += 1;
    say("read");
    return data;
  }

  fetch(page) {
    if (net.bytes - net.since >= net.limit) throw new Failure(ENOUGH);
    this.step = page === this.next ? Math.min(this.step * 2, MOST) : FIRST;
    let last = page + this.step / PAGE;
    for (let at = page + 1; at < last; at += 1) if (this.pages.has(at)) last = at;
    const data = this.ask(page * PAGE, Math.min(last * PAGE, this.size));
    for (let at = 0; at * PAGE < data.length; at += 1) {
      this.pages.set(page + at, data.subarray(at * PAGE, (at + 1) * PAGE));
    }
    this.next = last;
  }

  // Copies bytes to the target; false where the file ends before.
  read(target, offset) {
    for (let done = 0; done < target.length;) {
      const at = offset + done;
      if (at >= this.size) return false;
      const page = Math.floor(at / PAGE);
      if (!this.pages.has(page)) this.fetch(page);
      const part = this.pages.get(page).subarray(at % PAGE, at % PAGE + target.length - done);
      target.set(part, done);
      done += part.length;
    }
    return true;
  }
}

// Makes the engine see that one file, and no other, through a file system of its own.
const install = (sqlite3, remote) => {
  const { capi, wasm } = sqlite3;
  const io = new capi.sqlite3_io_methods(), vfs = new capi.sqlite3_vfs();
  io.$iVersion = 1;
  vfs.$iVersion = 1;
  vfs.$szOsFile = capi.sqlite3_file.structInfo.sizeof;
  vfs.$mxPathname = 256;
  const fine = () => capi.SQLITE_OK;
  const never = () => capi.SQLITE_READONLY;
  sqlite3.vfs.installVfs({
    io: {
      struct: io,
      methods: {
        xClose: fine, xSync: fine, xLock: fine, xUnlock: fine, xWrite: never, xTruncate: never,
        xRead: (_, target, length, offset) => {
          const heap = wasm.heap8u().subarray(Number(target), Number(target) + length);
          try {
            if (remote.read(heap, Number(offset))) return capi.SQLITE_OK;
            heap.fill(0);
            return capi.SQLITE_IOERR_SHORT_READ;
          } catch (error) {
            failure = error instanceof Failure ? error : new Failure(ABSENT);
            return capi.SQLITE_IOERR_READ;
          }
        },
        xFileSize: (_, out) => {
          wasm.poke(out, BigInt(remote.size), "i64");
          return capi.SQLITE_OK;
        },
        xCheckReservedLock: (_, out) => {
          wasm.poke(out, 0, "i32");
          return capi.SQLITE_OK;
        },
        xFileControl: () => capi.SQLITE_NOTFOUND,
        xSectorSize: () => PAGE,
        xDeviceCharacteristics: () => capi.SQLITE_IOCAP_IMMUTABLE,
      },
    },
    vfs: {
      struct: vfs,
      name: "range",
      methods: {
        xOpen: (_, name, file, flags, out) => {
          if (!name || wasm.cstrToJs(name) !== NAME) return capi.SQLITE_CANTOPEN;
          const opened = new capi.sqlite3_file(file);
          opened.$pMethods = io.pointer;
          opened.dispose();
          if (out) wasm.poke(out, capi.SQLITE_OPEN_READONLY, "i32");
          return capi.SQLITE_OK;
        },
        xAccess: (_, name, flags, out) => {
          wasm.poke(out, 0, "i32");
          return capi.SQLITE_OK;
        },
        xFullPathname: (_, name, length, out) =>
          wasm.cstrncpy(out, name, length) < length ? capi.SQLITE_OK : capi.SQLITE_CANTOPEN,
        xDelete: never,
        xGetLastError: fine,
      },
    },
  });
  return new sqlite3.oo1.DB({ filename: NAME, flags: "r", vfs: "range" });
};

// The whole file, which must be the one the page was made with.
const whole = async (sqlite3, { url, sha256 }) => {
  const { capi, wasm } = sqlite3;
  const answer = await fetch(url).catch(() => { throw new Failure(ABSENT); });
  if (!answer.ok) throw new Failure(ABSENT);
  const data = new Uint8Array(await answer.arrayBuffer());
  net.bytes += data.length;
  net.requests += 1;
  if (crypto.subtle) {
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", data));
    const hex = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
    if (hex !== sha256) throw new Failure(MORE);
  }
  const db = new sqlite3.oo1.DB(":memory:");
  const place = wasm.allocFromTypedArray(data);
  const flags = capi.SQLITE_DESERIALIZE_FREEONCLOSE | capi.SQLITE_DESERIALIZE_READONLY;
  db.checkRc(capi.sqlite3_deserialize(db.pointer, "main", place, data.length, data.length, flags));
  return db;
};

const open = async (setting) => {
  engine = await sqlite3InitModule({ print: () => {}, printErr: () => {} });
  engine.config.warn = engine.config.error = () => {};
  base = setting.whole
    ? await whole(engine, setting)
    : install(engine, new Remote(setting.url, setting.size));
  base.exec("PRAGMA temp_store = MEMORY; PRAGMA query_only = ON; PRAGMA cache_size = -65536;");
  return base.selectValue("SELECT count(*) FROM report_numbers");
};

// Whole figures beyond what a number of JavaScript holds are passed on digit by digit.
const passed = (value) => {
  if (typeof value === "bigint") return { digits: value.toString() };
  if (value instanceof Uint8Array || value instanceof Int8Array) return { blob: value.length };
  return value;
};

// One statement: its columns and its rows, of which no more than so many are kept.
const answer = ({ sql, most }) => {
  const rows = [], statements = [], columns = [];
  let more = false;
  base.exec({
    sql,
    saveSql: statements,
    rowMode: "array",
    columnNames: columns,
    callback: (row) => {
      more = rows.length >= most;
      if (more) return false;
      rows.push(row.map(passed));
      return true;
    },
  });
  return { rows, columns: [...columns], more, statements: statements.length };
};

onmessage = async ({ data }) => {
  failure = null;
  net.limit = data.limit ?? Infinity;
  net.since = net.bytes;
  const began = performance.now();
  try {
    const result = data.type === "open" ? { reports: await open(data) } : answer(data);
    say("done", { id: data.id, seconds: (performance.now() - began) / 1000, ...result });
  } catch (error) {
    const { message } = failure ?? error;
    const kind = { [MORE]: "changed", [ENOUGH]: "enough", [ABSENT]: "absent" }[message] ?? "sql";
    say("failed", { id: data.id, kind, message: kind === "sql" ? message : "" });
  }
};
