// Bytes and the texts that stand for them: UTF-8, hex, base64 in its one spelling. Nothing is hashed or judged here.
import { t } from "./words.js";

// Something that was read is not what it should be. The message is Chinese and is shown to the reader.
export function refusal(message) {
  const error = new Error(message);
  error.name = "Refused";
  return error;
}

export function utf8(text) {
  return new TextEncoder().encode(text);
}

export function fromUtf8(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw refusal(t`文本不是 UTF-8 编码`);
  }
}

export function concat(...parts) {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export function equal(one, other) {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}

export function toHex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function fromHex(text) {
  if (!/^(?:[0-9a-f]{2})*$/.test(text)) throw refusal(t`不是十六进制`);
  return Uint8Array.from(text.match(/../g) || [], (pair) => parseInt(pair, 16));
}

export function toBase64(bytes) {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

// Only the one spelling with its padding and without stray bits is read: two spellings would be two files.
export function fromBase64(text, what) {
  let plain = null;
  try {
    plain = /^[A-Za-z0-9+/]*={0,2}$/.test(text) ? atob(text) : null;
  } catch (error) {
    plain = null;
  }
  if (plain === null || btoa(plain) !== text) throw refusal(t`${what}不是规范的 Base64`);
  const bytes = new Uint8Array(plain.length);
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = plain.charCodeAt(at);
  return bytes;
}

export function fromBase64Url(text, what) {
  if (!/^[A-Za-z0-9_-]*$/.test(text)) throw refusal(t`${what}不是存证回执，或者没有扫描完整`);
  const padded = text.replace(/-/g, "+").replace(/_/g, "/") + "=".repeat((4 - (text.length % 4)) % 4);
  return fromBase64(padded, what);
}
