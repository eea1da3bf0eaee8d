// Many members of a committed list proved at once. The twin of `root_from` in inspections/drawing/roster.py.
import { concat, refusal } from "../verify/bytes.js";
import { t } from "../verify/words.js";

const LEAF = Uint8Array.of(0);
const pair = new Uint8Array(65); // the two children of a node behind the mark of a node
pair[0] = 1;

// Give the root of a list of `size` in which these ids ([place, UTF-8], ascending) stand; `proof` is the rest.
export function rootFromMembers(size, ids, proof, digest) {
  if (proof.length % 32) throw refusal(t`名单证明的哈希长度不对`);
  if (ids.length && !(ids[0][0] >= 0 && ids[ids.length - 1][0] < size)) throw refusal(t`名单证明的序号超出名单`);
  if (!size) return digest(new Uint8Array(0));
  const reading = { at: 0 };
  const root = rebuild(0, size, 0, ids.length, ids, proof, reading, digest);
  if (reading.at !== proof.length) throw refusal(t`名单证明有多余的哈希`);
  return root;
}

function rebuild(low, high, first, last, ids, proof, reading, digest) {
  if (first === last) {
    if (reading.at + 32 > proof.length) throw refusal(t`名单证明不完整：缺少哈希`);
    reading.at += 32;
    return proof.subarray(reading.at - 32, reading.at);
  }
  if (high - low === 1) return digest(concat(LEAF, ids[first][1]));
  const middle = low + 2 ** (31 - Math.clz32(high - low - 1)); // the largest power of two below the length
  let cut = first, end = last;
  while (cut < end) {
    const half = (cut + end) >> 1;
    if (ids[half][0] < middle) cut = half + 1;
    else end = half;
  }
  const left = rebuild(low, middle, first, cut, ids, proof, reading, digest);
  const right = rebuild(middle, high, cut, last, ids, proof, reading, digest);
  pair.set(left, 1);
  pair.set(right, 33);
  return digest(pair);
}
