// The draw: places from a seed and a counter, inspectors seat by seat. The twin of inspections/{hashing,draw}.py.
import { concat, utf8 } from "../verify/bytes.js";
import { sha256 } from "../verify/sha256.js";
import { sm3 } from "./sm3.js";

export const DIGESTS = { sha256, sm3 };

// Compare as the lists are sorted, by UTF-8 bytes: JavaScript's own order of texts differs above U+FFFF.
export function byBytes(a, b) {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at += 1) if (a[at] !== b[at]) return a[at] - b[at];
  return a.length - b.length;
}

// The big-endian number in `bytes` modulo `size` (below 2**32), sixteen bits at a time: all stays an exact integer.
function modulo(bytes, size) {
  let rest = 0;
  for (let at = 0; at < bytes.length; at += 2) rest = (rest * 65536 + bytes[at] * 256 + bytes[at + 1]) % size;
  return rest;
}

// Give [counter, place] without end, each place equally likely; digests in the last incomplete run are passed over.
export function* picks(prefix, size, digest) {
  const input = concat(prefix, new Uint8Array(8));
  const view = new DataView(input.buffer, prefix.length);
  const surplus = (modulo(new Uint8Array(32).fill(255), size) + 1) % size; // 2**256 modulo size
  for (let counter = 0; ; counter += 1) {
    view.setUint32(0, Math.floor(counter / 2 ** 32));
    view.setUint32(4, counter % 2 ** 32);
    const hash = digest(input);
    if (fair(hash, surplus)) yield [counter, modulo(hash, size)];
  }
}

// Whether a digest lies below the last incomplete run: 2**256 - 1 - digest must not be below `surplus`.
function fair(hash, surplus) {
  for (let at = 0; at < 28; at += 1) if (hash[at] !== 255) return true;
  return 2 ** 32 - 1 - new DataView(hash.buffer, hash.byteOffset + 28).getUint32(0) >= surplus;
}

export function* drawnPlaces(seed, name, size, digest) {
  if (!size) return;
  const seen = new Set();
  for (const pick of picks(concat(seed, utf8(name)), size, digest)) {
    if (seen.has(pick[1])) continue;
    seen.add(pick[1]);
    yield pick;
    if (seen.size === size) return;
  }
}

export class Rota {
  constructor(seed, inspectors, staffing, digest) {
    this.seed = seed;
    this.digest = digest;
    this.staffing = staffing;
    this.inspectors = [...inspectors].sort((one, other) => byBytes(utf8(one.number), utf8(other.number)));
    this.avoid = new Set(staffing.avoid.map(([number, object]) => `${number}\n${object}`));
    this.qualified = new Map();
    this.load = new Map();
    this.met = new Map();
    this.relieved = new Set();
  }

  draw(visit) {
    return this.seat(visit, []);
  }

  release(sent) {
    this.count(sent, -1);
  }

  relieve(visit, sent, number) {
    this.release(sent);
    this.relieved.add(`${number}\n${visit.object}`);
    return this.seat(visit, sent.filter((one) => one !== number));
  }

  seat(visit, kept) {
    const chosen = [...kept], list = this.listFor(visit);
    for (const [, place] of drawnPlaces(this.seed, visit.object, list.length, this.digest)) {
      if (chosen.length === this.staffing.each) break;
      const one = list[place];
      if (this.mayGo(one, visit, chosen) && this.canBeJoined(one, visit, chosen, list)) chosen.push(one.number);
    }
    this.count(chosen, 1);
    return chosen;
  }

  mayGo(one, visit, chosen) {
    const key = `${one.number}\n${visit.object}`, limit = this.staffing.together;
    if (chosen.includes(one.number) || this.relieved.has(key) || this.avoid.has(key)) return false;
    if ((this.load.get(one.number) || 0) >= one.most) return false;
    return !limit || chosen.every((other) => (this.met.get(pair(one.number, other)) || 0) < limit);
  }

  // Whether the seats left after this one can be filled: else he would sit there alone for good.
  canBeJoined(one, visit, chosen, list) {
    let left = this.staffing.each - chosen.length - 1;
    if (left <= 0 || !this.staffing.together) return true;
    const beside = [...chosen, one.number];
    return list.some((other) => this.mayGo(other, visit, beside) && (left -= 1) === 0);
  }

  count(chosen, by) {
    chosen.forEach((one, at) => {
      this.load.set(one, (this.load.get(one) || 0) + by);
      for (const other of chosen.slice(0, at)) {
        this.met.set(pair(one, other), (this.met.get(pair(one, other)) || 0) + by);
      }
    });
  }

  listFor(visit) {
    const key = JSON.stringify([visit.fields, visit.region]);
    if (!this.qualified.has(key)) {
      this.qualified.set(key, this.inspectors.filter((one) =>
        visit.fields.every((field) => one.fields.includes(field)) &&
        (!one.regions.length || one.regions.includes(visit.region))));
    }
    return this.qualified.get(key);
  }
}

function pair(one, other) {
  return one < other ? `${one}\n${other}` : `${other}\n${one}`;
}
