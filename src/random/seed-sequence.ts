// Many seeds out of one, as numpy's SeedSequence mixes them: what names the nodes of a Brownian tree.

/** The 32-bit words that an entropy pool is mixed from: each whole number's words, lowest first. */
function wordsOf(numbers: readonly number[]): number[] {
  return numbers.flatMap((number) => {
    const words = [number >>> 0];
    for (let rest = Math.floor(number / 2 ** 32); rest > 0; rest = Math.floor(rest / 2 ** 32)) words.push(rest >>> 0);
    return words;
  });
}

/** A hash whose multiplier moves on with every call. */
function movingHash(start: number, multiplier: number): (value: number) => number {
  let constant = start;
  return (value) => {
    const mixed = value ^ constant;
    constant = Math.imul(constant, multiplier);
    const product = Math.imul(mixed, constant);
    return product ^ (product >>> 16);
  };
}

function mix(x: number, y: number): number {
  const value = (Math.imul(0xca01f9dd, x) - Math.imul(0x4973f715, y)) | 0;
  return value ^ (value >>> 16);
}

/**
 * `count` 32-bit seeds of the stream (entropy, key): numpy's SeedSequence(entropy, spawn_key=key, pool_size)
 * .generate_state(count) (O'Neill 2015, "Developing a seed_seq Alternative"; numpy `bit_generator.pyx`).
 * @param entropy whole numbers from 0 to 2^53 - 1.
 */
export function seedSequence(
  entropy: readonly number[],
  key: readonly number[],
  count: number,
  poolSize = 4,
): number[] {
  const own = wordsOf(entropy);
  while (key.length > 0 && own.length < poolSize) own.push(0);
  const words = [...own, ...wordsOf(key)];
  const absorb = movingHash(0x43b0d7e5, 0x931e8875);
  const pool = Array.from({ length: poolSize }, (_, i) => absorb(words[i] ?? 0));
  for (let from = 0; from < poolSize; from++) {
    for (let to = 0; to < poolSize; to++) if (from !== to) pool[to] = mix(pool[to], absorb(pool[from]));
  }
  for (const word of words.slice(poolSize)) {
    for (let to = 0; to < poolSize; to++) pool[to] = mix(pool[to], absorb(word));
  }
  const emit = movingHash(0x8b51f9dd, 0x58f38ded);
  return Array.from({ length: count }, (_, i) => emit(pool[i % poolSize]) >>> 0);
}
