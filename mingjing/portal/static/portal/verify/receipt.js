// The receipt `mingjing-receipt@1`: reading the file and the packed text of its QR code. Nothing is proved by reading.
import { concat, fromBase64, fromBase64Url, fromHex, fromUtf8, refusal, toBase64, toHex, utf8 } from "./bytes.js";
import { canonical, isObject, readObject } from "./json.js";
import { decimal, lineText } from "./note.js";
import { sha256 } from "./sha256.js";
import { t } from "./words.js";

const FORMAT = "mingjing-receipt@1";
const HEADER = "c2sp.org/tlog-proof@v1";
const MAX_BYTES = 256 * 1024;
const MAX_PACKED = 64 * 1024;
const MAX_PATH = 64;
const HASH = 32;
const ITEMS = ["format", "kind", "proof", "reveal", "vkeys"];
// In the order of their numbers in the packed form.
export const KINDS = {
  document: t`文书`,
  act: t`执法行为`,
  publication: t`公示`,
  withdrawal: t`公示撤回`,
  evidence: t`证据`,
  argument: t`陈述申辩材料`,
  draw: t`随机抽取`,
  complaint: t`投诉举报`,
  interference: t`过问干预记录`,
};
const DIGEST = /^[0-9a-f]{64}$/;
const CODE = /^[A-Z2-7]{26}$/;
const SALT = /^(?:[0-9a-f]{2}){16,64}$/;
const ODD = /[\u0000-\u0009\u000b-\u001f\u007f\u0085\u2028\u2029\ufeff]/;

// Read a receipt file from its bytes.
export function parseReceipt(bytes) {
  if (bytes.length > MAX_BYTES) throw refusal(t`文件有 ${bytes.length} 字节，回执不会超过 ${MAX_BYTES} 字节`);
  const whole = readObject(bytes);
  if (whole.format !== FORMAT) throw refusal(t`不是存证回执：格式应为 ${FORMAT}`);
  if (Object.keys(whole).sort().join() !== ITEMS.join()) throw refusal(t`回执的项目不全，或者多出了项目`);
  if (typeof whole.kind !== "string" || !Object.keys(KINDS).includes(whole.kind)) {
    throw refusal(t`回执的种类不认识，可能需要更新版本的核验工具`);
  }
  if (typeof whole.proof !== "string" || ODD.test(whole.proof)) throw refusal(t`回执中的证明不是文本，或者含有异常字符`);
  if (!Array.isArray(whole.vkeys) || whole.vkeys.length > 8 || whole.vkeys.some((one) => typeof one !== "string")) {
    throw refusal(t`回执中的公钥应为文本的列表`);
  }
  checkReveal(whole.kind, whole.reveal);
  return { kind: whole.kind, reveal: whole.reveal, proof: parseProof(whole.proof), vkeys: whole.vkeys };
}

function checkReveal(kind, reveal) {
  if (!isObject(reveal)) throw refusal(t`回执没有写明所证明的内容`);
  const names = Object.keys(reveal).sort().join();
  if (kind === "document") {
    const sound = (names === "code" || names === "code,pdf") && matches(CODE, reveal.code);
    if (!sound || ("pdf" in reveal && !matches(DIGEST, reveal.pdf))) {
      throw refusal(t`文书回执应写明 26 位查验码和 PDF 的 SHA-256`);
    }
  } else if (names !== "content,salt" || !matches(SALT, reveal.salt) || !isObject(reveal.content)) {
    throw refusal(t`回执应写明内容和盐`);
  }
}

function matches(pattern, value) {
  return typeof value === "string" && pattern.test(value);
}

// Read the text of a .tlog-proof file.
export function parseProof(text) {
  const blank = text.indexOf("\n\n");
  const lines = text.slice(0, blank).split("\n");
  if (blank < 0 || lines.shift() !== HEADER) throw refusal(t`不是存证证明：首行应为 ${HEADER}`);
  let extra = new Uint8Array(0);
  if (lines.length && lines[0].startsWith("extra ")) extra = fromBase64(lines.shift().slice(6), t`附加数据`);
  if (!lines.length || !lines[0].startsWith("index ")) throw refusal(t`存证证明缺少序号行`);
  const index = decimal(lines[0].slice(6), t`序号`);
  const path = lines.slice(1).map((line) => fromBase64(line, t`证明路径`));
  if (path.length > MAX_PATH || path.some((hash) => hash.length !== HASH)) throw refusal(t`证明路径的哈希个数或长度不对`);
  return { index, path, note: text.slice(blank + 2), extra };
}

// Give the commitment that the leaf must hold; null where the file's own digest is needed to tell.
export function commitment(receipt, fileDigest) {
  const { kind, reveal } = receipt;
  if (kind !== "document") return toHex(sha256(concat(fromHex(reveal.salt), canonical(reveal.content))));
  const pdf = fileDigest || reveal.pdf;
  return pdf ? toHex(sha256(concat(utf8(reveal.code), fromHex(pdf)))) : null;
}

// Give the SHA-256 of the file this receipt is of, empty where it is of none or does not say.
export function namedDigest(receipt) {
  const found = receipt.kind === "document" ? receipt.reveal.pdf : receipt.reveal.content.digest;
  return matches(DIGEST, found) ? found : "";
}

const UNREADABLE = t`二维码的内容不完整，或者被改动过，读不出回执`;

class Packed {
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }

  take(count) {
    if (count > this.bytes.length - this.at) throw refusal(UNREADABLE);
    this.at += count;
    return this.bytes.subarray(this.at - count, this.at);
  }

  number() {
    let value = 0n, shift = 0n;
    for (;;) {
      const byte = this.take(1)[0];
      value |= BigInt(byte & 0x7f) << shift;
      shift += 7n;
      if (byte < 0x80) {
        if (shift > 63n || (shift > 7n && !byte)) throw refusal(UNREADABLE);
        return value;
      }
    }
  }

  count() {
    const value = this.number();
    if (value > BigInt(this.bytes.length)) throw refusal(UNREADABLE);
    return Number(value);
  }

  text() {
    return fromUtf8(this.take(this.count()));
  }
}

// Read the text of a QR code: the same receipt as its file, without keys. How it is packed is told in
// mingjing/translog/receipt_compact.py.
export function fromCompact(text) {
  const packed = new Packed(fromBase64Url(text, t`二维码的内容`));
  if (packed.bytes.length > MAX_PACKED) throw refusal(UNREADABLE);
  const [version, number] = packed.take(2), kind = Object.keys(KINDS)[number];
  if (version !== 1 || !kind) throw refusal(t`二维码由更新的版本生成，或者不是存证回执`);
  const index = packed.number(), path = [];
  for (let left = packed.count(); left; left -= 1) path.push(packed.take(HASH));
  const origin = packed.text(), size = packed.number(), root = packed.take(HASH);
  let note = `${origin}\n${size}\n${toBase64(root)}\n\n`;
  for (let left = packed.count(); left; left -= 1) {
    const name = packed.text() || origin;
    note += lineText(name, packed.take(packed.count()));
  }
  const leaf = leafFields(packed, kind), reveal = {};
  leaf.h = unpackReveal(packed, kind, reveal) || commitment({ kind, reveal });
  if (packed.at !== packed.bytes.length) throw refusal(UNREADABLE);
  const extra = canonical(leaf);
  if (leafFault(leaf)) throw refusal(UNREADABLE);
  return parseReceipt(utf8(JSON.stringify({
    format: FORMAT, kind, reveal, vkeys: [], proof: proofText(index, path, note, extra),
  })));
}

function leafFields(packed, kind) {
  const leaf = { v: 1, k: kind, at: packed.text() };
  const c = packed.text(), n = packed.number();
  if (c) leaf.c = c;
  if (n > BigInt(Number.MAX_SAFE_INTEGER)) throw refusal(UNREADABLE);
  if (n) leaf.n = Number(n);
  return leaf;
}

function unpackReveal(packed, kind, reveal) {
  if (kind !== "document") {
    reveal.salt = toHex(packed.take(packed.count()));
    reveal.content = readObject(packed.take(packed.count()));
    return "";
  }
  reveal.code = fromUtf8(packed.take(26));
  const length = packed.take(1)[0];
  if (length !== 0 && length !== HASH) throw refusal(UNREADABLE);
  if (!length) return toHex(packed.take(HASH));
  reveal.pdf = toHex(packed.take(length));
  return "";
}

function proofText(index, path, note, extra) {
  const lines = [HEADER, `extra ${toBase64(extra)}`, `index ${index}`, ...path.map(toBase64), ""];
  return lines.map((line) => `${line}\n`).join("") + note;
}

const LEAF = {
  v: (value) => value === 1,
  k: (value) => typeof value === "string" && value !== "",
  h: (value) => matches(DIGEST, value),
  at: (value) => matches(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)$/, value),
  c: (value) => typeof value === "string" && value !== "",
  n: (value) => Number.isSafeInteger(value) && value > 0,
};

// Name what is wrong with the fields of a leaf; empty if nothing is. Whether its kind is the receipt's is asked later.
export function leafFault(leaf) {
  const names = Object.keys(leaf);
  const unknown = names.find((name) => !(name in LEAF)) || ["v", "k", "h", "at"].find((name) => !(name in leaf));
  return unknown || names.find((name) => !LEAF[name](leaf[name])) || "";
}
