// The Merkle tree of the log (RFC 6962): leaf and node hashes, following a path to the root. No signatures here.
import { concat, equal } from "./bytes.js";
import { sha256 } from "./sha256.js";

const HASH = 32;

export function leafHash(entry) {
  return sha256(concat(Uint8Array.of(0), entry));
}

export function nodeHash(left, right) {
  return sha256(concat(Uint8Array.of(1), left, right));
}

// Give the root to which a path leads from the leaf hash at `index` of `size` (RFC 9162, 2.1.3.2); null if to none.
export function rootFrom(leaf, index, size, path) {
  if (index < 0n || index >= size || [leaf, ...path].some((hash) => hash.length !== HASH)) return null;
  let here = index, last = size - 1n, hash = leaf;
  for (const neighbour of path) {
    if (last === 0n) return null;
    if (here & 1n || here === last) {
      hash = nodeHash(neighbour, hash);
      while (here && !(here & 1n)) {
        here >>= 1n;
        last >>= 1n;
      }
    } else {
      hash = nodeHash(hash, neighbour);
    }
    here >>= 1n;
    last >>= 1n;
  }
  return last === 0n ? hash : null;
}

export function included(leaf, index, size, path, root) {
  const found = rootFrom(leaf, index, size, path);
  return found !== null && root.length === HASH && equal(found, root);
}

// Give how many hashes lead from the entry at `index` to the root of a log of `size`.
export function pathLength(index, size) {
  let inner = 0, apart = index ^ (size - 1n), above = index;
  for (; apart; apart >>= 1n, above >>= 1n) inner += 1;
  for (; above; above >>= 1n) if (above & 1n) inner += 1;
  return inner;
}
