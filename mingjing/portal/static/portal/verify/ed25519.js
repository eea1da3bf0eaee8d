// Ed25519 signatures (RFC 8032) verified in BigInt. Only verifying: there is no secret here, so time may vary.
import { concat, equal } from "./bytes.js";
import { sha512 } from "./sha512.js";

const P = (1n << 255n) - 19n;
const L = (1n << 252n) + 27742317777372353535851937790883648493n;
const D = mod(-121665n * power(121666n, P - 2n));
const ROOT = power(2n, (P - 1n) / 4n); // a square root of -1
const ZERO = { x: 0n, y: 1n, z: 1n, t: 0n };
const BASE = decode(encodeNumber(mod(4n * power(5n, P - 2n))));

function mod(value) {
  const rest = value % P;
  return rest < 0n ? rest + P : rest;
}

function power(value, exponent) {
  let result = 1n, square = value;
  for (let left = exponent; left; left >>= 1n) {
    if (left & 1n) result = mod(result * square);
    square = mod(square * square);
  }
  return result;
}

function number(bytes) {
  let value = 0n;
  for (let at = bytes.length - 1; at >= 0; at -= 1) value = (value << 8n) | BigInt(bytes[at]);
  return value;
}

function encodeNumber(value) {
  const bytes = new Uint8Array(32);
  for (let at = 0, left = value; at < 32; at += 1, left >>= 8n) bytes[at] = Number(left & 255n);
  return bytes;
}

// Give the point of its 32 bytes, or null: not the shortest form, or not on the curve (RFC 8032, 5.1.3).
function decode(bytes) {
  const packed = number(bytes), y = packed & ((1n << 255n) - 1n), sign = packed >> 255n;
  if (y >= P) return null;
  const yy = mod(y * y), u = mod(yy - 1n), v = mod(D * yy + 1n);
  const v3 = mod(v * v * v);
  let x = mod(u * v3 * power(mod(u * v3 * v3 * v), (P - 5n) / 8n));
  if (mod(v * x * x) !== u) x = mod(x * ROOT);
  if (mod(v * x * x) !== u || (x === 0n && sign)) return null;
  if ((x & 1n) !== sign) x = P - x;
  return { x, y, z: 1n, t: mod(x * y) };
}

function encode(point) {
  const inverse = power(point.z, P - 2n);
  return encodeNumber(mod(point.y * inverse) | ((mod(point.x * inverse) & 1n) << 255n));
}

function add(one, other) {
  const a = mod((one.y - one.x) * (other.y - other.x)), b = mod((one.y + one.x) * (other.y + other.x));
  const c = mod(2n * D * one.t * other.t), d = mod(2n * one.z * other.z);
  const e = b - a, f = d - c, g = d + c, h = b + a;
  return { x: mod(e * f), y: mod(g * h), z: mod(f * g), t: mod(e * h) };
}

function double(point) {
  const a = mod(point.x * point.x), b = mod(point.y * point.y), c = 2n * mod(point.z * point.z);
  const h = a + b, e = h - mod((point.x + point.y) ** 2n), g = a - b, f = c + g;
  return { x: mod(e * f), y: mod(g * h), z: mod(f * g), t: mod(e * h) };
}

// Tell whether `signature` over `message` is that of the key with these 32 bytes: S·B − k·A must be R, byte for byte.
export function verify(key, message, signature) {
  if (key.length !== 32 || signature.length !== 64) return false;
  const point = decode(key), r = signature.subarray(0, 32), s = number(signature.subarray(32));
  if (point === null || s >= L) return false;
  const k = number(sha512(concat(r, key, message))) % L;
  const minus = { x: mod(-point.x), y: point.y, z: 1n, t: mod(-point.t) };
  const both = add(BASE, minus);
  let sum = ZERO;
  for (let bit = 252n; bit >= 0n; bit -= 1n) {
    sum = double(sum);
    const ofBase = (s >> bit) & 1n, ofKey = (k >> bit) & 1n;
    if (ofBase && ofKey) sum = add(sum, both);
    else if (ofBase) sum = add(sum, BASE);
    else if (ofKey) sum = add(sum, minus);
  }
  return equal(encode(sum), r);
}
