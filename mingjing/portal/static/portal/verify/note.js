// Signed notes, checkpoints, public keys and cosignatures (C2SP signed-note, tlog-checkpoint, tlog-cosignature).
import { concat, equal, fromBase64, refusal, toBase64, toHex, utf8 } from "./bytes.js";
import { sha256 } from "./sha256.js";
import { verify } from "./ed25519.js";
import { readKey, verify as verifySm2 } from "./sm2.js";
import { t } from "./words.js";

export const LOG_KEY = 0x01;
export const WITNESS_KEY = 0x04;
const SM2_NAME = utf8("sm2-sm3"); // behind the type 0xff, which signed-note keeps for types it does not know
const LATEST = (1n << 63n) - 1n;

// Read a vkey `name+id+base64(type, key)`, checking that its id belongs to it; ` until=SIZE` may stand behind it.
export function parseKey(text) {
  const [vkey, ending] = text.trim().split(" ");
  const parts = vkey.split("+");
  if (parts.length < 3 || !parts[0]) throw refusal(t`公钥应写成“名称+编号+Base64”`);
  const typed = fromBase64(parts.slice(2).join("+"), t`公钥`);
  const id = sha256(concat(utf8(`${parts[0]}\n`), typed)).subarray(0, 4);
  if (toHex(id) !== parts[1]) throw refusal(t`公钥的编号与内容不符，可能抄错了`);
  const until = ending && ending.startsWith("until=") ? BigInt(ending.slice(6)) : null;
  const national = typed[0] === 0xff && equal(typed.subarray(1, 8), SM2_NAME);
  const raw = typed.subarray(national ? 8 : 1);
  if (national && !readKey(raw)) throw refusal(t`公钥无法使用：不是 SM2 公钥`);
  return { name: parts[0], id, type: typed[0], national, raw, until };
}

export function byKey(line, key) {
  return line.name === key.name && equal(line.id, key.id);
}

// Give the text of a note and its signature lines, none of them verified.
export function splitNote(note) {
  const blank = note.lastIndexOf("\n\n");
  const signatures = note.slice(blank + 2);
  if (blank < 0 || !signatures.endsWith("\n")) throw refusal(t`签名文本不完整：缺少空行或签名行`);
  return { text: note.slice(0, blank + 1), lines: signatures.slice(0, -1).split("\n").map(signatureLine) };
}

function signatureLine(line) {
  const space = line.lastIndexOf(" ");
  if (!line.startsWith("\u2014 ") || space < 2) throw refusal(t`签名行格式不对`);
  const data = fromBase64(line.slice(space + 1), t`签名`);
  if (data.length <= 4) throw refusal(t`签名行太短`);
  return { name: line.slice(2, space), id: data.subarray(0, 4), signature: data.subarray(4) };
}

export function lineText(name, data) {
  return `\u2014 ${name} ${toBase64(data)}\n`;
}

export function decimal(text, what) {
  if (!/^(?:0|[1-9][0-9]{0,18})$/.test(text)) throw refusal(t`${what}不是十进制整数`);
  return BigInt(text);
}

// Read the text of a checkpoint; lines after the third (extensions) are passed over.
export function parseCheckpoint(text) {
  const lines = text.split("\n");
  if (lines.length < 4 || !lines[0] || lines[lines.length - 1]) throw refusal(t`检查点应有名称、条数、根三行`);
  const root = fromBase64(lines[2], t`检查点的根`);
  if (root.length !== 32) throw refusal(t`检查点的根应为 32 字节`);
  return { origin: lines[0], size: decimal(lines[1], t`检查点的条数`), root };
}

export function signed(key, text, line) {
  return (key.national ? verifySm2 : verify)(key.raw, utf8(text), line.signature);
}

// Give the moment (POSIX seconds, BigInt) of a cosignature over a checkpoint's text; null where it is not this key's.
export function cosignedAt(key, text, line) {
  const data = line.signature;
  if (data.length !== 72) return null;
  const at = new DataView(data.buffer, data.byteOffset, 8).getBigUint64(0);
  if (at === 0n || at > LATEST) return null;
  const message = utf8(`cosignature/v1\ntime ${at}\n${text}`);
  return verify(key.raw, message, data.subarray(8)) ? at : null;
}
