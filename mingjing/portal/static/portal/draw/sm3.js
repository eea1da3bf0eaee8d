// SM3 (GB/T 32905-2016), whole.

const START = [0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e];
// T(j) turned left by j, round by round.
const TURNED = Array.from({ length: 64 }, (_, j) => turn(j < 16 ? 0x79cc4519 : 0x7a879d8a, j % 32));
const words = new Int32Array(68);

function turn(word, by) {
  return by ? (word << by) | (word >>> (32 - by)) : word;
}

function padded(bytes) {
  const whole = new Uint8Array(Math.ceil((bytes.length + 9) / 64) * 64);
  whole.set(bytes);
  whole[bytes.length] = 0x80;
  const view = new DataView(whole.buffer);
  view.setUint32(whole.length - 8, Math.floor(bytes.length / 2 ** 29));
  view.setUint32(whole.length - 4, (bytes.length * 8) % 2 ** 32);
  return view;
}

function expand(view, at) {
  for (let j = 0; j < 16; j += 1) words[j] = view.getInt32(at + 4 * j);
  for (let j = 16; j < 68; j += 1) {
    const x = words[j - 16] ^ words[j - 9] ^ turn(words[j - 3], 15);
    words[j] = x ^ turn(x, 15) ^ turn(x, 23) ^ turn(words[j - 13], 7) ^ words[j - 6];
  }
}

function compress(state) {
  let [a, b, c, d, e, f, g, h] = state;
  for (let j = 0; j < 64; j += 1) {
    const high = turn(a, 12);
    const one = turn((high + e + TURNED[j]) | 0, 7);
    const two = one ^ high;
    const mixed = j < 16 ? a ^ b ^ c : (a & b) | (a & c) | (b & c);
    const chosen = j < 16 ? e ^ f ^ g : (e & f) | (~e & g);
    const first = (mixed + d + two + (words[j] ^ words[j + 4])) | 0;
    const second = (chosen + h + one + words[j]) | 0;
    d = c; c = turn(b, 9); b = a; a = first;
    h = g; g = turn(f, 19); f = e; e = second ^ turn(second, 9) ^ turn(second, 17);
  }
  [a, b, c, d, e, f, g, h].forEach((word, at) => { state[at] ^= word; });
}

export function sm3(bytes) {
  const view = padded(bytes), state = Int32Array.from(START);
  for (let at = 0; at < view.byteLength; at += 64) {
    expand(view, at);
    compress(state);
  }
  const digest = new DataView(new ArrayBuffer(32));
  state.forEach((word, at) => digest.setInt32(at * 4, word));
  return new Uint8Array(digest.buffer);
}
