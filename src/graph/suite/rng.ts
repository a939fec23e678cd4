// Random numbers for the suite: small, seeded, the same in Node and on a page.

/** A stream of numbers that a seed and a name fix (a 32-bit congruential generator with a mixed output). */
export class Rng {
  #state: number;

  constructor(seed: number, name = "") {
    this.#state = seed >>> 0;
    for (const letter of name) this.#state = (Math.imul(this.#state, 31) + letter.codePointAt(0)!) >>> 0;
    for (let i = 0; i < 4; i++) this.next();
  }

  /** Uniform in [0, 1). */
  next(): number {
    this.#state = (Math.imul(this.#state, 1664525) + 1013904223) >>> 0;
    const mixed = Math.imul(this.#state ^ (this.#state >>> 15), 0x2c1b3c6d);
    return ((mixed ^ (mixed >>> 13)) >>> 0) / 2 ** 32;
  }

  /** An integer from `low` to `high`, both included. */
  int(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  uniform(low: number, high: number): number {
    return low + (high - low) * this.next();
  }

  pick<T>(items: readonly T[]): T {
    return items[this.int(0, items.length - 1)];
  }

  shuffle<T>(items: readonly T[]): T[] {
    const out = [...items];
    for (let i = out.length - 1; i > 0; i--) {
      const j = this.int(0, i);
      [out[i], out[j]] = [out[j], out[i]];
    }
    return out;
  }

  /** A shape of `rank` dimensions from `low` to `high`. */
  shape(rank: number, low = 1, high = 4): number[] {
    return Array.from({ length: rank }, () => this.int(low, high));
  }
}
