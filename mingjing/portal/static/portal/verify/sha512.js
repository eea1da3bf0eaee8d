// SHA-512 (FIPS 180-4) over short messages, for Ed25519. In BigInt, so that it can be read beside the standard.
import { rootBits } from "./sha256.js";

const MASK = (1n << 64n) - 1n;
const PRIMES = firstPrimes(80);
const WORDS = PRIMES.map((prime) => rootBits(prime, 3n, 64n));
const START = PRIMES.slice(0, 8).map((prime) => rootBits(prime, 2n, 64n));

function firstPrimes(count) {
  const found = [];
  for (let number = 2n; found.length < count; number += 1n) {
    if (found.every((prime) => number % prime !== 0n)) found.push(number);
  }
  return found;
}

function turn(word, by) {
  return ((word >> by) | (word << (64n - by))) & MASK;
}

export function sha512(bytes) {
  const blocks = Math.ceil((bytes.length + 17) / 128);
  const padded = new Uint8Array(blocks * 128);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 4, bytes.length * 8);
  let state = START;
  for (let at = 0; at < padded.length; at += 128) state = block(state, view, at);
  const digest = new DataView(new ArrayBuffer(64));
  state.forEach((word, at) => digest.setBigUint64(at * 8, word));
  return new Uint8Array(digest.buffer);
}

function block(state, view, at) {
  const w = [];
  for (let i = 0; i < 16; i += 1) w.push(view.getBigUint64(at + i * 8));
  for (let i = 16; i < 80; i += 1) {
    const x = w[i - 15], y = w[i - 2];
    const s0 = turn(x, 1n) ^ turn(x, 8n) ^ (x >> 7n), s1 = turn(y, 19n) ^ turn(y, 61n) ^ (y >> 6n);
    w.push((w[i - 16] + s0 + w[i - 7] + s1) & MASK);
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < 80; i += 1) {
    const s1 = turn(e, 14n) ^ turn(e, 18n) ^ turn(e, 41n);
    const one = h + s1 + ((e & f) ^ (~e & MASK & g)) + WORDS[i] + w[i];
    const s0 = turn(a, 28n) ^ turn(a, 34n) ^ turn(a, 39n);
    const two = s0 + ((a & b) ^ (a & c) ^ (b & c));
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) & MASK, c, b, a, (one + two) & MASK];
  }
  return [a, b, c, d, e, f, g, h].map((word, i) => (word + state[i]) & MASK);
}
