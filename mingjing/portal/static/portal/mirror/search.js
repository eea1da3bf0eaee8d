// Searches the decisions of a mirror in the reader's browser: small files are fetched, what is searched for is not sent.
import { element } from "../verify/page.js";

const PAGE = 20;
const SORTS = ["agency", "kind", "result", "region", "year"];
const form = document.getElementById("mirror-search");
const place = document.getElementById("found");
const base = new URL(form.dataset.page, location.href);
const decisions = new URL("../decisions/", base);
const fetched = new Map();

// The same as the server's `split`: letters and digits alone, in one form.
export function letters(text) {
  return text.normalize("NFKC").toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
}

const TABLE = Uint32Array.from({ length: 256 }, (_, at) => {
  let value = at;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

export function crc32(text) {
  let value = 0xffffffff;
  for (const byte of new TextEncoder().encode(text)) value = TABLE[(value ^ byte) & 0xff] ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}

// Younger characters are written out in the index.
function written(char) {
  return char.codePointAt(0) > 0x9fcc ? `x${char.codePointAt(0).toString(16)}` : char;
}

// What an entry must hold to hold the word: of a number or code every four, of other letters every pair.
export function needed(word) {
  const found = new Set();
  const inside = new Set();
  for (const run of word.matchAll(/[0-9a-z]{4,}/g)) {
    for (let at = 0; at + 4 <= run[0].length; at += 1) found.add(`four${run[0].slice(at, at + 4)}`);
    for (let at = run.index; at + 1 < run.index + run[0].length; at += 1) inside.add(at);
  }
  const chars = Array.from(word);
  let unit = 0;
  for (let at = 0; at + 1 < chars.length; at += 1) {
    if (!inside.has(unit)) found.add(written(chars[at]) + written(chars[at + 1]));
    unit += chars[at].length;
  }
  return [...found];
}

const DIGITS = "零一二三四五六七八九";
export function chineseNumber(number) {
  const told = String(number), units = ["", "十", "百", "千"];
  let text = "", gap = false;
  Array.from(told).forEach((digit, at) => {
    if (digit === "0") { gap = true; return; }
    text += (gap && text ? "零" : "") + DIGITS[digit] + units[told.length - 1 - at];
    gap = false;
  });
  return text.replace(/^一十/, "十");
}

export function lawWord(text) {
  const plain = text.normalize("NFKC").replace(/\s/g, "");
  return letters(plain.replace(/第?(\d{1,4})(?=[条款项])/g, (_, number) => `第${chineseNumber(Number(number))}`));
}

function get(name) {
  if (!fetched.has(name)) {
    fetched.set(name, fetch(new URL(`data/${name}.json`, base)).then((answer) => {
      if (!answer.ok) throw new Error(String(answer.status));
      return answer.json();
    }));
  }
  return fetched.get(name);
}

function asked() {
  const words = new URLSearchParams(location.search);
  const text = (words.get("q") || "").slice(0, 100);
  const plain = text.split(/\s+/).slice(0, 8).map(letters).filter(Boolean);
  const marks = SORTS.filter((sort) => words.get(sort)).map((sort) => `=${sort}:${words.get(sort)}`);
  if (words.get("law")) marks.push(`=law:${lawWord(words.get("law"))}`);
  return { text, words: plain, tokens: [...new Set([...marks, ...plain.flatMap(needed)])], given: words };
}

// Give the publications of one block that hold every token, the newest first.
async function inBlock([name, shards], tokens) {
  const first = Number(name.split("-")[0]);
  let found = null;
  for (const token of tokens) {
    const places = (await get(`${name}/${crc32(token) % shards}`))[token] || [];
    const there = new Set(places);
    found = found === null ? places : found.filter((one) => there.has(one));
    if (!found.length) return [];
  }
  return found.map((one) => first + one).reverse();
}

async function entryOf(id, chunk) {
  return (await get(`entries/${Math.floor(id / chunk)}`))[String(id)];
}

function holds(entry, words) {
  const text = [entry[1], entry[4], entry[2], entry[5], entry[8]].map(letters).join("\u001e");
  return words.every((word) => text.includes(word));
}

// Walk from the newest to the oldest and stop as soon as a page is full.
export async function* matches(start, question) {
  for (const block of start.blocks) {
    for (const id of await inBlock(block, question.tokens)) {
      const entry = await entryOf(id, start.chunk);
      if (entry && holds(entry, question.words)) yield entry;
    }
  }
}

function line([code, party, title, result, number, agency, day]) {
  const facts = element("p", { class: "facts" });
  if (result) facts.append(element("span", { class: "result" }, result));
  const decided = day ? `${Number(day.slice(0, 4))}年${Number(day.slice(5, 7))}月${Number(day.slice(8))}日决定` : "";
  for (const text of [number, agency, decided]) if (text) facts.append(element("span", {}, text));
  return element("li", {}, element("a", { class: "entry", href: new URL(`${code}/index.html`, decisions).href },
    element("span", { class: "party" }, party || "当事人未载明"), " ", element("span", { class: "what" }, title)), facts);
}

function say(...children) {
  place.textContent = "";
  place.append(...children);
}

function notice(text, look = "") {
  return element("p", { class: `notice ${look}`, role: "status" }, text);
}

async function show(start, question) {
  const list = element("ol", { class: "entries" });
  const count = element("p", { class: "count", role: "status" }, "正在查询……");
  const more = element("button", { type: "button" }, "再列出一些");
  const found = matches(start, question);
  let shown = 0;
  say(count, list);
  async function page() {
    more.remove();
    for (let at = 0; at < PAGE; at += 1) {
      const next = await found.next();
      if (next.done) {
        if (!shown) return say(notice("没有找到符合条件的决定。名称可以只写其中连续的几个字；已撤回或者公示期已满的决定不再列出。"));
        count.textContent = `${shown} 件，最近公示的在前`;
        return;
      }
      list.append(line(next.value));
      shown += 1;
    }
    count.textContent = `列出最近公示的 ${shown} 件`;
    place.append(more);
  }
  more.addEventListener("click", page);
  await page();
}

function fill(start, given) {
  form.elements.q.value = given.get("q") || "";
  form.elements.law.value = given.get("law") || "";
  for (const sort of SORTS) {
    for (const [value, title] of start.choices[sort]) {
      const option = element("option", { value }, title);
      option.selected = given.get(sort) === value;
      form.elements[sort].append(option);
    }
  }
  form.querySelector("[data-narrow]").hidden = false;
}

async function begin() {
  const question = asked();
  try {
    const start = await get("start");
    fill(start, question.given);
    if (question.tokens.length) return await show(start, question);
    if (question.words.length) say(notice("请至少输入两个字。", "amber"));
  } catch (error) {
    const fromDisk = location.protocol === "file:";
    say(notice(fromDisk
      ? "直接从磁盘打开时，浏览器不允许读取查询数据。请从下面按机关、年月查看，或者用任意网页服务器打开这个目录。"
      : "取不到查询数据。请检查网络后再试，或者从下面按机关、年月查看。", "amber"));
  }
}

if (form) begin();
