/** BLAKE2b with 32 bytes, which Node's OpenSSL does not offer: RFC 7693. */
const IV = [
  0x6a09e667f3bcc908n,
  0xbb67ae8584caa73bn,
  0x3c6ef372fe94f82bn,
  0xa54ff53a5f1d36f1n,
  0x510e527fade682d1n,
  0x9b05688c2b3e6c1fn,
  0x1f83d9abfb41bd6bn,
  0x5be0cd19137e2179n,
];
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
/** The words that each of the eight steps of a round mixes. */
const STEPS = [
  [0, 4, 8, 12],
  [1, 5, 9, 13],
  [2, 6, 10, 14],
  [3, 7, 11, 15],
  [0, 5, 10, 15],
  [1, 6, 11, 12],
  [2, 7, 8, 13],
  [3, 4, 9, 14],
] as const;
const BLOCK = 128;
const LENGTH = 32;

/** The hash that identifies datums and files in Pachyderm. */
export function blake2b(data: Buffer): Buffer {
  const state = BigUint64Array.from(IV);
  state[0] = at(state, 0) ^ BigInt(0x01010000 ^ LENGTH);
  const blocks = Math.max(1, Math.ceil(data.length / BLOCK));
  for (let block = 0; block < blocks; block++) {
    const last = block === blocks - 1;
    const padded = Buffer.alloc(BLOCK);
    data.copy(padded, 0, block * BLOCK, Math.min(data.length, (block + 1) * BLOCK));
    compress(state, padded, last ? data.length : (block + 1) * BLOCK, last);
  }
  const result = Buffer.alloc(64);
  for (const [index, word] of state.entries()) result.writeBigUInt64LE(word, index * 8);
  return result.subarray(0, LENGTH);
}

function compress(state: BigUint64Array, block: Buffer, counted: number, last: boolean): void {
  const words = Array.from({ length: 16 }, (_, index) => block.readBigUInt64LE(index * 8));
  // an array of this type truncates its elements to 64 bits
  const mixed = BigUint64Array.from([...state, ...IV]);
  mixed[12] = at(mixed, 12) ^ BigInt(counted);
  if (last) mixed[14] = ~at(mixed, 14);
  for (let round = 0; round < 12; round++) {
    const order = SIGMA[round % 10] ?? [];
    for (const [step, [a, b, c, d]] of STEPS.entries()) {
      mixed[a] = at(mixed, a) + at(mixed, b) + (words[order[2 * step] ?? 0] ?? 0n);
      mixed[d] = rotated(at(mixed, d) ^ at(mixed, a), 32n);
      mixed[c] = at(mixed, c) + at(mixed, d);
      mixed[b] = rotated(at(mixed, b) ^ at(mixed, c), 24n);
      mixed[a] = at(mixed, a) + at(mixed, b) + (words[order[2 * step + 1] ?? 0] ?? 0n);
      mixed[d] = rotated(at(mixed, d) ^ at(mixed, a), 16n);
      mixed[c] = at(mixed, c) + at(mixed, d);
      mixed[b] = rotated(at(mixed, b) ^ at(mixed, c), 63n);
    }
  }
  for (let word = 0; word < 8; word++)
    state[word] = at(state, word) ^ at(mixed, word) ^ at(mixed, word + 8);
}

const at = (words: BigUint64Array, index: number) => words[index] ?? 0n;
const rotated = (word: bigint, by: bigint) => (word >> by) | (word << (64n - by));
