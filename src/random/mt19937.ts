// The Mersenne Twister MT19937 (Matsumoto and Nishimura 1998), the engine under PyTorch's CPU generator.

const SIZE = 624;
const SHIFT = 397;

/** Where a twister stands: its 624 words and how many of them have been used. */
export type TwisterState = { words: number[]; used: number };

export type Twister = {
  /** The next 32 random bits, from 0 to 2^32 - 1. */
  next(): number;
  state(): TwisterState;
};

/** The words that the 32-bit `seed` starts from (the authors' init_genrand). */
export function seedWords(seed: number): Uint32Array {
  const words = new Uint32Array(SIZE);
  words[0] = seed >>> 0;
  for (let i = 1; i < SIZE; i++) {
    const before = words[i - 1] ^ (words[i - 1] >>> 30);
    words[i] = Math.imul(1812433253, before) + i;
  }
  return words;
}

/** A twister that goes on from `words`, of which `used` have been drawn (all of them after seeding). */
export function twister(words: Uint32Array, used = SIZE): Twister {
  const state = Uint32Array.from(words);
  let at = used;
  return {
    next() {
      if (at === SIZE) {
        twist(state);
        at = 0;
      }
      let y = state[at++];
      y ^= y >>> 11;
      y ^= (y << 7) & 0x9d2c5680;
      y ^= (y << 15) & 0xefc60000;
      return (y ^ (y >>> 18)) >>> 0;
    },
    state: () => ({ words: [...state], used: at }),
  };
}

/** Replaces all 624 words by the next ones. */
function twist(words: Uint32Array): void {
  for (let i = 0; i < SIZE; i++) {
    const y = (words[i] & 0x80000000) | (words[(i + 1) % SIZE] & 0x7fffffff);
    words[i] = words[(i + SHIFT) % SIZE] ^ (y >>> 1) ^ ((y & 1) === 0 ? 0 : 0x9908b0df);
  }
}
