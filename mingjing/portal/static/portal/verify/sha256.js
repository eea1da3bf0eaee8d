// SHA-256 (FIPS 180-4), whole or piece by piece, for pages without crypto.subtle: plain http has none.

const WORDS = roundConstants(64, 3);
const START = roundConstants(8, 2);

// The first 32 bits of the fractional part of the cube roots (degree 3) or square roots (degree 2) of the primes.
function roundConstants(count, degree) {
  const found = [];
  for (let number = 2; found.length < count; number += 1) {
    let prime = true;
    for (let factor = 2; factor * factor <= number; factor += 1) if (number % factor === 0) prime = false;
    if (prime) found.push(Number(rootBits(BigInt(number), BigInt(degree), 32n)));
  }
  return Int32Array.from(found);
}

// Give `bits` bits behind the point of the root of `number`, by bisection, exactly.
export function rootBits(number, degree, bits) {
  const target = number << (bits * degree);
  let low = 0n, high = (number + 1n) << bits;
  while (high - low > 1n) {
    const middle = (low + high) >> 1n;
    if (middle ** degree <= target) low = middle;
    else high = middle;
  }
  return low & ((1n << bits) - 1n);
}

export class Sha256 {
  constructor() {
    this.state = START.slice();
    this.length = 0;
    this.rest = new Uint8Array(64);
    this.schedule = new Int32Array(64);
  }

  update(bytes) {
    let at = 0, held = this.length % 64;
    this.length += bytes.length;
    if (held) {
      const room = Math.min(64 - held, bytes.length);
      this.rest.set(bytes.subarray(0, room), held);
      at = room;
      held += room;
      if (held < 64) return this;
      this.block(this.rest, 0);
    }
    for (; at + 64 <= bytes.length; at += 64) this.block(bytes, at);
    this.rest.set(bytes.subarray(at));
    return this;
  }

  block(bytes, at) {
    const w = this.schedule, state = this.state;
    for (let i = 0; i < 16; i += 1, at += 4) {
      w[i] = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
    }
    for (let i = 16; i < 64; i += 1) {
      const x = w[i - 15], y = w[i - 2];
      const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
      const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
      w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
    }
    let a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], f = state[5], g = state[6], h = state[7];
    for (let i = 0; i < 64; i += 1) {
      const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const one = (h + s1 + ((e & f) ^ (~e & g)) + WORDS[i] + w[i]) | 0;
      const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const two = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g; g = f; f = e; e = (d + one) | 0; d = c; c = b; b = a; a = (one + two) | 0;
    }
    state[0] += a; state[1] += b; state[2] += c; state[3] += d;
    state[4] += e; state[5] += f; state[6] += g; state[7] += h;
  }

  digest() {
    const length = this.length, held = length % 64;
    const padding = new Uint8Array((held < 56 ? 64 : 128) - held);
    const view = new DataView(padding.buffer);
    padding[0] = 0x80;
    view.setUint32(padding.length - 8, Math.floor(length / 2 ** 29));
    view.setUint32(padding.length - 4, (length * 8) % 2 ** 32);
    this.update(padding);
    const digest = new DataView(new ArrayBuffer(32));
    this.state.forEach((word, at) => digest.setInt32(at * 4, word));
    return new Uint8Array(digest.buffer);
  }
}

// What fits into two blocks, nearly all that a tree or a draw hashes, is hashed without making anything but the digest.
const short = new Uint8Array(128);
const shortView = new DataView(short.buffer);
const shortState = new Sha256();

export function sha256(bytes) {
  if (bytes.length > 119) return new Sha256().update(bytes).digest();
  const end = bytes.length < 56 ? 64 : 128;
  short.set(bytes);
  short[bytes.length] = 0x80;
  short.fill(0, bytes.length + 1, end - 4);
  shortView.setUint32(end - 4, bytes.length * 8);
  const state = shortState.state;
  state.set(START);
  for (let at = 0; at < end; at += 64) shortState.block(short, at);
  const digest = new Uint8Array(32);
  for (let at = 0; at < 8; at += 1) {
    const word = state[at];
    digest[at * 4] = word >>> 24;
    digest[at * 4 + 1] = word >>> 16;
    digest[at * 4 + 2] = word >>> 8;
    digest[at * 4 + 3] = word;
  }
  return digest;
}
