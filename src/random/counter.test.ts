// The counter-based numbers against numpy's, bit for bit, and against what normal and uniform numbers are.
import fc from "fast-check";
import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import golden from "../../test/golden/counter-random.json" with { type: "json" };
import { counterNormal, counterUniform, normalOfWord } from "./counter.ts";
import { counterGenerator } from "./counter-generator.ts";
import { philox4x32 } from "./philox.ts";

const normals = (seed: number, sample: number, draw: number, n: number) =>
  counterNormal({ seed, sample, draw }, new Float32Array(n));
const sha = (data: Float32Array) => createHash("sha256").update(new Uint8Array(data.buffer)).digest("hex");

/** P(Z > z) for z > 0: the integral, by Simpson's rule. */
function upperTail(z: number): number {
  const steps = 4000;
  const h = 10 / steps;
  let sum = 0;
  for (let i = 0; i <= steps; i++) {
    const weight = i === 0 || i === steps ? 1 : 2 + 2 * (i % 2);
    sum += weight * Math.exp(-((z + i * h) ** 2) / 2);
  }
  return (sum * h) / 3 / Math.sqrt(2 * Math.PI);
}

test("Philox gives the words that its authors published", () => {
  const out = new Int32Array(4);
  const hex = () => Array.from(out, (word) => (word >>> 0).toString(16).padStart(8, "0")).join(" ");
  philox4x32(out, 0, 0, 0, 0, 0, 0);
  expect(hex()).toBe("6627e8d5 e169c58d bc57ac4c 9b00dbd8");
  philox4x32(out, -1, -1, -1, -1, -1, -1);
  expect(hex()).toBe("408f276d 41c83b0e a20bc7c6 6d5451fd");
  philox4x32(out, 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0);
  expect(hex()).toBe("d16cfe09 94fdcceb 5001e420 24126ea1");
});

describe("numpy and TypeScript give the same bits", () => {
  test("for the words at the edges of every octave", () => {
    expect(golden.words.map((word) => normalOfWord(word | 0))).toEqual(golden.normal_of_words);
  });
  test.each(golden.streams)("for seed $seed, sample $sample, draw $draw", (stream) => {
    const { seed, sample, draw } = stream;
    const key = { seed, sample, draw };
    expect([...normals(seed, sample, draw, 10)]).toEqual(stream.normal);
    expect(sha(normals(seed, sample, draw, 100_003))).toBe(stream.normal_sha256);
    expect([...counterUniform(key, new Float32Array(10))]).toEqual(stream.uniform);
    expect(sha(counterUniform(key, new Float32Array(100_003)))).toBe(stream.uniform_sha256);
    expect([...counterGenerator(key).randint(-5, 1_000_000, [9]).data]).toEqual(stream["randint_-5_1000000"]);
    expect([...counterGenerator(key).randperm(13)]).toEqual(stream.randperm_13);
  });
});

test("the normal has mean 0, variance 1, no skew and kurtosis 3, as far as a million numbers tell", () => {
  const n = 1_000_000;
  const moments = [0, 0, 0, 0];
  for (const x of normals(11, 0, 0, n)) for (let k = 0; k < 4; k++) moments[k] += x ** (k + 1) / n;
  const expected = [0, 1, 0, 3];
  const variances = [1, 2, 15, 96]; // of x, x^2, x^3, x^4
  for (let k = 0; k < 4; k++) {
    expect(Math.abs(moments[k] - expected[k])).toBeLessThan(3.3 * Math.sqrt(variances[k] / n));
  }
});

test("a million normals are as near to the normal distribution as chance lets them be", () => {
  const sorted = normals(12, 3, 5, 1_000_000).sort();
  let distance = 0;
  for (let i = 0; i < sorted.length; i += 100) {
    const z = sorted[i];
    const below = z < 0 ? upperTail(-z) : 1 - upperTail(z);
    distance = Math.max(distance, Math.abs(below - i / sorted.length) - 1e-4);
  }
  expect(distance).toBeLessThan(1.36 / Math.sqrt(1_000_000)); // Kolmogorov-Smirnov, 5%
});

test("over all 2^32 words, the tails are the normal's out to 5 sigma", () => {
  for (const z of [0.1, 0.5, 1, 2, 3, 4, 4.5, 5]) {
    let [above, below] = [0, 2 ** 31]; // the number of positive words whose normal exceeds z, by bisection
    while (below - above > 1) {
      const middle = Math.floor((above + below) / 2);
      if (normalOfWord(middle) > z) above = middle;
      else below = middle;
    }
    const found = below / 2 ** 32;
    expect(Math.abs(found / upperTail(z) - 1)).toBeLessThan(2e-5 + 2 / below);
  }
  expect(normalOfWord(0)).toBeCloseTo(6.338, 3);
});

test("a smaller word never gives a smaller normal by more than one unit of 2^-21, octave borders included", () => {
  for (let bit = 0; bit < 31; bit++) {
    for (let d = -300; d < 300; d++) {
      const word = Math.max(0, Math.min(2 ** 31 - 2, 2 ** bit + d));
      expect(normalOfWord(word) - normalOfWord(word + 1)).toBeGreaterThanOrEqual(-(2 ** -21));
    }
  }
});

test("a word with its top bit set gives the same number with the other sign, and none gives a zero", () => {
  fc.assert(
    fc.property(fc.nat(2 ** 31 - 1), (word) => {
      expect(normalOfWord(word | 0x80000000) + normalOfWord(word)).toBe(0);
    }),
  );
  expect(normalOfWord(2 ** 31 - 1)).toBe(2 ** -21); // the one nearest to zero
});

test("uniforms are multiples of 2^-24 in [0, 1), spread evenly", () => {
  const data = counterUniform({ seed: 1, sample: 2, draw: 3 }, new Float32Array(1_000_000));
  const counts = new Float64Array(100);
  for (const u of data) {
    if (u < 0 || u >= 1 || !Number.isInteger(u * 2 ** 24)) throw new Error(`${u}`);
    counts[Math.floor(u * 100)]++;
  }
  const chiSquare = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
  expect(chiSquare).toBeLessThan(148); // 99 degrees of freedom, 0.1%
  expect(chiSquare).toBeGreaterThan(61);
});

test("neighbouring seeds, samples and draws give streams that have nothing to do with each other", () => {
  const n = 100_000;
  const keys = [[7, 0, 0], [8, 0, 0], [7, 1, 0], [7, 0, 1], [0, 7, 0], [0, 0, 7], [7 + 2 ** 32, 0, 0], [2 ** 52, 0, 0]];
  const streams = keys.map(([seed, sample, draw]) => normals(seed, sample, draw, n));
  for (let a = 0; a < streams.length; a++) {
    for (let b = 0; b < a; b++) {
      const products = streams[a].reduce((sum, x, i) => sum + x * streams[b][i], 0);
      const shifted = streams[a].reduce((sum, x, i) => sum + x * streams[b][(i + 1) % n], 0);
      expect(Math.max(Math.abs(products), Math.abs(shifted)) / Math.sqrt(n)).toBeLessThan(4.2);
    }
  }
});

test("within a stream, a number says nothing about the next ones", () => {
  const n = 1_000_000;
  const data = normals(3, 0, 0, n);
  for (const lag of [1, 2, 3, 4, 8, 64]) {
    let sum = 0;
    for (let i = lag; i < n; i++) sum += data[i] * data[i - lag];
    expect(Math.abs(sum) / Math.sqrt(n)).toBeLessThan(4);
  }
});

test("the numbers of a key are the same whatever is drawn with them: longer, into a view, in any order", () => {
  const key = fc.record({ seed: fc.maxSafeNat(), sample: fc.nat(0xffffffff), draw: fc.nat(0xffffffff) });
  fc.assert(
    fc.property(fc.array(key, { minLength: 1, maxLength: 4 }), fc.integer({ min: 1, max: 40 }), (keys, n) => {
      const batch = new Float32Array(keys.length * n);
      for (let i = keys.length - 1; i >= 0; i--) counterNormal(keys[i], batch.subarray(i * n, (i + 1) * n));
      keys.forEach((one, i) => {
        const alone = counterNormal(one, new Float32Array(n + 5));
        expect(batch.subarray(i * n, (i + 1) * n)).toEqual(alone.subarray(0, n));
      });
    }),
    { numRuns: 50 },
  );
});

test("a generator's calls are the draws 0, 1, 2 ... of its sample, and its state goes on from there", () => {
  const generator = counterGenerator({ seed: 5, sample: 9 });
  expect(generator.randn([2, 3])).toEqual({ shape: [2, 3], data: normals(5, 9, 0, 6) });
  generator.rand([4]);
  const state = generator.state();
  expect(state).toEqual({ kind: "counter", seed: 5, sample: 9, draw: 2 });
  expect(generator.randn([7]).data).toEqual(normals(5, 9, 2, 7));
});

test("integers fall evenly over their range, and a permutation holds every number once", () => {
  const generator = counterGenerator({ seed: 21 });
  const counts = new Float64Array(7);
  for (const value of generator.randint(-3, 4, [70_000]).data) counts[value + 3]++;
  expect(counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0)).toBeLessThan(22.5); // 6 df, 0.1%
  const order = generator.randperm(1000);
  expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
  const firsts = new Float64Array(5);
  for (let i = 0; i < 5000; i++) firsts[generator.randperm(5)[0]]++;
  expect(firsts.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0)).toBeLessThan(18.5); // 4 df, 0.1%
  expect(generator.randperm(0)).toEqual(new Int32Array(0));
});

test.each([
  [{ seed: -1 }, "seed"],
  [{ seed: 1.5 }, "seed"],
  [{ seed: 2 ** 53 }, "seed"],
  [{ seed: NaN }, "seed"],
  [{ seed: 1, sample: 2 ** 32 }, "sample"],
  [{ seed: 1, draw: -1 }, "draw"],
])("a key out of range, %o, is refused by the name of its part", (key, path) => {
  const error = expect.objectContaining({ code: "invalid_option", path, hint: expect.stringContaining(path) });
  expect(() => counterGenerator(key)).toThrow(error);
  expect(() => counterNormal({ sample: 0, draw: 0, ...key }, new Float32Array(1))).toThrow(error);
});

test.each([[3, 3], [0, 0.5], [0, 2 ** 24 + 1], [2 ** 24, 2 ** 24 + 2], [NaN, 1]])(
  "integers from %d to below %d can't be drawn",
  (low, high) => {
    const refused = expect.objectContaining({ code: "invalid_option" });
    expect(() => counterGenerator({ seed: 0 }).randint(low, high, [1])).toThrow(refused);
  },
);
