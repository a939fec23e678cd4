// Small seeded random numbers for building data sets: the same text gives the same faces everywhere.
import { createHash } from "node:crypto";

export type Rng = () => number;

/** Uniform numbers in [0, 1) that depend on `seed` only (mulberry32 started from its SHA-1). */
export function rngFor(seed: string): Rng {
  let state = createHash("sha1").update(seed).digest().readUInt32LE(0);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A key of `weights`, as often as its weight says. */
export function weighted<K extends string>(weights: Readonly<Record<K, number>>, rng: Rng): K {
  const entries = Object.entries(weights) as [K, number][];
  let left = rng() * entries.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [key, weight] of entries) {
    left -= weight;
    if (left < 0) return key;
  }
  return entries[entries.length - 1][0];
}

/** One of the items, each as likely. */
export function oneOf<T>(items: readonly T[], rng: Rng): T {
  return items[Math.floor(rng() * items.length)];
}
