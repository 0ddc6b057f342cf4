/**
 * BLAKE2b with 32 bytes, which Node's OpenSSL does not offer: RFC 7693. A 64-bit word is two 32-bit
 * words, the lower one first, because BigInts take ten times as long.
 */
const IV = Uint32Array.of(
  0xf3bcc908,
  0x6a09e667,
  0x84caa73b,
  0xbb67ae85,
  0xfe94f82b,
  0x3c6ef372,
  0x5f1d36f1,
  0xa54ff53a,
  0xade682d1,
  0x510e527f,
  0x2b3e6c1f,
  0x9b05688c,
  0xfb41bd6b,
  0x1f83d9ab,
  0x137e2179,
  0x5be0cd19,
);
const SIGMA = [
  [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
  [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
  [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
  [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
  [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
  [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
  [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
  [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
  [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
  [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
];
/** The words that each of the eight steps of a round mixes, by the index of their lower halves. */
const STEPS = [
  [0, 8, 16, 24],
  [2, 10, 18, 26],
  [4, 12, 20, 28],
  [6, 14, 22, 30],
  [0, 10, 20, 30],
  [2, 12, 22, 24],
  [4, 14, 16, 26],
  [6, 8, 18, 28],
] as const;
const BLOCK = 128;
const LENGTH = 32;

/** The hash that identifies datums and files in Pachyderm. */
export function blake2b(data: Buffer): Buffer {
  const state = Uint32Array.from(IV);
  state[0] = at(state, 0) ^ 0x01010000 ^ LENGTH;
  const blocks = Math.max(1, Math.ceil(data.length / BLOCK));
  for (let block = 0; block < blocks; block++) {
    const last = block === blocks - 1;
    const padded = Buffer.alloc(BLOCK);
    data.copy(padded, 0, block * BLOCK, Math.min(data.length, (block + 1) * BLOCK));
    compress(state, padded, last ? data.length : (block + 1) * BLOCK, last);
  }
  const result = Buffer.alloc(LENGTH);
  for (let index = 0; index < LENGTH / 4; index++)
    result.writeUInt32LE(at(state, index), index * 4);
  return result;
}

function compress(state: Uint32Array, block: Buffer, counted: number, last: boolean): void {
  const words = new Uint32Array(32);
  for (let half = 0; half < 32; half++) words[half] = block.readUInt32LE(half * 4);
  const mixed = new Uint32Array(32);
  mixed.set(state);
  mixed.set(IV, 16);
  mixed[24] = at(mixed, 24) ^ counted;
  mixed[25] = at(mixed, 25) ^ Math.floor(counted / 2 ** 32);
  for (const half of last ? [28, 29] : []) mixed[half] = ~at(mixed, half);
  for (let round = 0; round < 12; round++) {
    const order = SIGMA[round % 10] ?? [];
    for (let step = 0; step < STEPS.length; step++) {
      const [a, b, c, d] = STEPS[step] ?? [0, 0, 0, 0];
      const [first, second] = [2 * (order[2 * step] ?? 0), 2 * (order[2 * step + 1] ?? 0)];
      add(mixed, a, mixed, b);
      add(mixed, a, words, first);
      mixRotated(mixed, d, a, 32);
      add(mixed, c, mixed, d);
      mixRotated(mixed, b, c, 24);
      add(mixed, a, mixed, b);
      add(mixed, a, words, second);
      mixRotated(mixed, d, a, 16);
      add(mixed, c, mixed, d);
      mixRotated(mixed, b, c, 63);
    }
  }
  for (let half = 0; half < 16; half++)
    state[half] = at(state, half) ^ at(mixed, half) ^ at(mixed, half + 16);
}

const at = (halves: Uint32Array, index: number) => halves[index] ?? 0;

/** Adds a word to another one. An array of this type truncates its elements to 32 bits. */
function add(to: Uint32Array, index: number, from: Uint32Array, other: number): void {
  const lower = at(to, index) + at(from, other);
  const carry = lower >= 2 ** 32 ? 1 : 0;
  to[index] = lower;
  to[index + 1] = at(to, index + 1) + at(from, other + 1) + carry;
}

/** Combines a word with another one by XOR, and rotates it to the right. */
function mixRotated(words: Uint32Array, index: number, other: number, by: number): void {
  const lower = at(words, index) ^ at(words, other);
  const higher = at(words, index + 1) ^ at(words, other + 1);
  // by 32 or more, the halves change places
  const low = by < 32 ? lower : higher;
  const high = by < 32 ? higher : lower;
  const rest = by % 32;
  words[index] = rest === 0 ? low : (low >>> rest) | (high << (32 - rest));
  words[index + 1] = rest === 0 ? high : (high >>> rest) | (low << (32 - rest));
}
