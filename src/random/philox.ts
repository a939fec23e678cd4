// Philox4x32-10: 128 bits of counter and 64 of key become 128 random bits, by 32-bit integer operations alone.
// Salmon, Moraes, Dror, Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3".

const MULTIPLIER_0 = 0xd2511f53 | 0;
const MULTIPLIER_1 = 0xcd9e8d57 | 0;
const WEYL_0 = 0x9e3779b9 | 0;
const WEYL_1 = 0xbb67ae85 | 0;

/** Writes the four words of counter (c0, c1, c2, c3) under key (k0, k1) into `out`, as signed 32-bit integers. */
export function philox4x32(
  out: Int32Array, c0: number, c1: number, c2: number, c3: number, k0: number, k1: number,
): void {
  for (let round = 0; round < 10; round++) {
    // The upper halves of the two products, from 16-bit halves; no sum of these exceeds 32 bits.
    const a = c0 & 0xffff;
    const b = c0 >>> 16;
    const aMiddle = Math.imul(0xd251, a) + (Math.imul(0x1f53, a) >>> 16);
    const bMiddle = Math.imul(0x1f53, b) + (aMiddle & 0xffff);
    const high0 = Math.imul(0xd251, b) + (aMiddle >>> 16) + (bMiddle >>> 16);
    const c = c2 & 0xffff;
    const d = c2 >>> 16;
    const cMiddle = Math.imul(0xcd9e, c) + (Math.imul(0x8d57, c) >>> 16);
    const dMiddle = Math.imul(0x8d57, d) + (cMiddle & 0xffff);
    const high1 = Math.imul(0xcd9e, d) + (cMiddle >>> 16) + (dMiddle >>> 16);
    const low0 = Math.imul(MULTIPLIER_0, c0);
    const low1 = Math.imul(MULTIPLIER_1, c2);
    c0 = high1 ^ c1 ^ k0;
    c1 = low1;
    c2 = high0 ^ c3 ^ k1;
    c3 = low0;
    k0 = (k0 + WEYL_0) | 0;
    k1 = (k1 + WEYL_1) | 0;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}
