// SM2 signatures with SM3 (GB/T 32918.2, the curve of GB/T 32918.5) verified in BigInt. Only verifying, no secrets.
import { sm3 } from "../draw/sm3.js";
import { concat, equal, fromHex, toHex, utf8 } from "./bytes.js";

const P = BigInt("0xfffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffff");
const A = P - 3n;
const B = BigInt("0x28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93");
const N = BigInt("0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123");
const G = {
  x: BigInt("0x32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7"),
  y: BigInt("0xbc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0"),
  z: 1n,
};
const INFINITY = { x: 1n, y: 1n, z: 0n };
const ID = utf8("1234567812345678"); // the distinguishing id of whoever has none (GM/T 0009)
// SubjectPublicKeyInfo of an uncompressed point on this curve: everything before x and y.
const SPKI = "3059301306072a8648ce3d020106082a811ccf5501822d03420004";

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
  return BigInt(`0x${toHex(bytes) || "0"}`);
}

function bytes32(value) {
  return fromHex(value.toString(16).padStart(64, "0"));
}

// Points are Jacobian: x/z², y/z³; z = 0 is the point at infinity.
function double({ x, y, z }) {
  const delta = mod(z * z), gamma = mod(y * y), beta = mod(x * gamma), alpha = mod(3n * (x - delta) * (x + delta));
  const x3 = mod(alpha * alpha - 8n * beta);
  return { x: x3, y: mod(alpha * (4n * beta - x3) - 8n * gamma * gamma), z: mod((y + z) ** 2n - gamma - delta) };
}

function add(one, other) {
  if (!one.z) return other;
  if (!other.z) return one;
  const zz1 = mod(one.z * one.z), zz2 = mod(other.z * other.z);
  const u1 = mod(one.x * zz2), h = mod(other.x * zz1 - u1);
  const s1 = mod(one.y * zz2 * other.z), r = mod(other.y * zz1 * one.z - s1);
  if (!h) return r ? INFINITY : double(one);
  const hh = mod(h * h), hhh = mod(h * hh), v = mod(u1 * hh), x = mod(r * r - hhh - 2n * v);
  return { x, y: mod(r * (v - x) - s1 * hhh), z: mod(h * one.z * other.z) };
}

// Read the key as a vkey carries it, DER; null where it is no point on this curve.
export function readKey(der) {
  if (toHex(der.subarray(0, 27)) !== SPKI || der.length !== 91) return null;
  const x = number(der.subarray(27, 59)), y = number(der.subarray(59));
  if (x >= P || y >= P || mod(y * y - x * x * x - A * x - B)) return null;
  return { x, y, z: 1n };
}

// Read SEQUENCE { INTEGER r, INTEGER s } in its one DER form; null for any other.
function readSignature(der) {
  const values = [];
  let at = 2;
  for (let left = 2; left; left -= 1) {
    const length = der[at + 1];
    if (der[at] !== 2 || !(length > 0) || at + 2 + length > der.length) return null;
    values.push(number(der.subarray(at + 2, at + 2 + length)));
    at += 2 + length;
  }
  return equal(writeSignature(values), der) ? values : null;
}

function writeSignature(values) {
  const body = concat(...values.map((value) => {
    const text = value.toString(16), digits = fromHex(text.length % 2 ? `0${text}` : text);
    const whole = digits[0] & 0x80 ? concat(Uint8Array.of(0), digits) : digits;
    return concat(Uint8Array.of(2, whole.length), whole);
  }));
  return concat(Uint8Array.of(0x30, body.length), body);
}

// Tell whether a DER signature over `message` is that of the key in `der`.
export function verify(der, message, signature) {
  const point = readKey(der), values = readSignature(signature);
  if (!point || !values) return false;
  const [r, s] = values, t = (r + s) % N;
  if (r <= 0n || r >= N || s <= 0n || s >= N || !t) return false;
  const z = sm3(concat(Uint8Array.of(0, ID.length * 8), ID, ...[A, B, G.x, G.y, point.x, point.y].map(bytes32)));
  const e = number(sm3(concat(z, message)));
  const both = add(G, point);
  let sum = INFINITY;
  for (let bit = 255n; bit >= 0n; bit -= 1n) {
    sum = double(sum);
    const ofBase = (s >> bit) & 1n, ofKey = (t >> bit) & 1n;
    if (ofBase && ofKey) sum = add(sum, both);
    else if (ofBase) sum = add(sum, G);
    else if (ofKey) sum = add(sum, point);
  }
  if (!sum.z) return false;
  const inverse = power(sum.z, P - 2n);
  return (e + mod(sum.x * inverse * inverse)) % N === r;
}
