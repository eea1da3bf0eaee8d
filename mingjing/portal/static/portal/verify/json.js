// JSON that reads one way only, and its canonical bytes (RFC 8785): no key twice, no fractions, no unsafe integers.
import { fromUtf8, refusal, utf8 } from "./bytes.js";
import { t } from "./words.js";

const DEPTH = 32; // objects and lists inside each other
const BLANK = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/y;
// A string as JSON spells it; JSON.parse reads it, and it cannot be anything else.
const STRING = /"[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\u0000-\u001f]*)*"/y;
const LONE = /[\ud800-\udbff](?![\udc00-\udfff])|(?:^|[^\ud800-\udbff])[\udc00-\udfff]/;

class Reading {
  constructor(text) {
    this.text = text;
    this.at = 0;
  }

  match(pattern) {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found) this.at = pattern.lastIndex;
    return found;
  }

  next(...expected) {
    this.match(BLANK);
    const found = this.text[this.at];
    if (expected.length && !expected.includes(found)) throw malformed();
    this.at += 1;
    return found;
  }

  value(left) {
    this.match(BLANK);
    const first = this.text[this.at];
    if (first === "{") return this.object(left);
    if (first === "[") return this.list(left);
    if (first === '"') return this.string();
    for (const [word, value] of [["true", true], ["false", false], ["null", null]]) {
      if (this.text.startsWith(word, this.at)) {
        this.at += word.length;
        return value;
      }
    }
    return this.number();
  }

  number() {
    const found = this.match(NUMBER);
    if (!found) throw malformed();
    if (found[1] || found[2]) throw refusal(t`含有小数：没有唯一写法，不能存证`);
    const value = Number(found[0]);
    if (!Number.isSafeInteger(value)) throw refusal(t`整数太大，不同程序会读出不同的数`);
    return value + 0;
  }

  string() {
    const found = this.match(STRING);
    if (!found) throw malformed();
    const value = JSON.parse(found[0]);
    if (LONE.test(value)) throw refusal(t`含有不成对的代理字符`);
    return value;
  }

  list(left) {
    if (!left) throw refusal(t`嵌套过深`);
    this.next("[");
    this.match(BLANK);
    const values = [];
    if (this.text[this.at] === "]") return this.next("]") && values;
    do values.push(this.value(left - 1)); while (this.next(",", "]") === ",");
    return values;
  }

  object(left) {
    if (!left) throw refusal(t`嵌套过深`);
    this.next("{");
    this.match(BLANK);
    const values = Object.create(null); // so that "__proto__" is a key like others
    if (this.text[this.at] === "}") return this.next("}") && values;
    do {
      this.match(BLANK);
      const name = this.string();
      if (name in values) throw refusal(t`同一对象中有重复的键，两个人读会读出两个意思`);
      this.next(":");
      values[name] = this.value(left - 1);
    } while (this.next(",", "}") === ",");
    return values;
  }
}

function malformed() {
  return refusal(t`不是有效的 JSON 文本，可能没有下载完整`);
}

// Read a JSON object from its UTF-8 bytes; anything else is refused.
export function readObject(bytes) {
  const reading = new Reading(fromUtf8(bytes));
  const value = reading.value(DEPTH);
  reading.match(BLANK);
  if (reading.at !== reading.text.length) throw malformed();
  if (!isObject(value)) throw refusal(t`应为一个 JSON 对象`);
  return value;
}

export function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

// The keys of what was read go by their UTF-16 code units, which is how JavaScript sorts texts.
function text(value) {
  if (Array.isArray(value)) return `[${value.map(text).join(",")}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const members = Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${text(value[name])}`);
  return `{${members.join(",")}}`;
}

export function canonical(value) {
  return utf8(text(value));
}
