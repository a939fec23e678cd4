// PyTorch's CPU generator, against PyTorch: oracle/torch_random.py made the golden values.
import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import golden from "../../test/golden/torch-random.json" with { type: "json" };
import type { Generator } from "./generator.ts";
import { seedWords, twister } from "./mt19937.ts";
import { generatorFromState, torchGenerator, type TorchDtype } from "./index.ts";

type Call = [name: string, ...numbers: number[]];

function draw(generator: Generator, [name, ...numbers]: Call): Float32Array {
  if (name === "randn") return generator.randn(numbers).data;
  if (name === "rand") return generator.rand(numbers).data;
  if (name === "randint") return generator.randint(numbers[0], numbers[1], [numbers[2]]).data;
  return Float32Array.from(generator.randperm(numbers[0]));
}

const largestDifference = (a: ArrayLike<number>, b: readonly number[]) =>
  b.reduce((largest, value, i) => Math.max(largest, Math.abs(value - a[i])), 0);

describe("a sequence of draws is PyTorch's, however calls are mixed", () => {
  const sequences = golden.sequences as unknown as {
    seed: number; dtype: TorchDtype; calls: Call[]; results: { values?: number[]; ends?: number[]; sha256?: string }[];
  }[];
  test.each(sequences)("seed $seed, $dtype: $calls", ({ seed, dtype, calls, results }) => {
    const generator = torchGenerator(seed, { dtype });
    calls.forEach((call, i) => {
      const found = draw(generator, call);
      const { values, ends, sha256 } = results[i];
      const shown = values === undefined ? [...found.subarray(0, 20), ...found.subarray(-20)] : [...found];
      const expected = values ?? ends ?? [];
      expect(shown.length).toBe(expected.length);
      const isVectorKernel = dtype === "float32" && call[0] === "randn" && call[1] >= 16;
      expect(largestDifference(shown, expected)).toBeLessThanOrEqual(isVectorKernel ? 5e-7 : 0);
      if (sha256 === undefined || isVectorKernel) return;
      expect(createHash("sha256").update(new Uint8Array(found.buffer)).digest("hex")).toBe(sha256);
    });
  });
});

test("the numbers that people know of manual_seed(0) come out", () => {
  const rounded = (data: Float32Array) => Array.from(data, (x) => Number(x.toFixed(4)));
  expect(rounded(torchGenerator(0).randn([4]).data)).toEqual([1.541, -0.2934, -2.1788, 0.5684]);
  expect(rounded(torchGenerator(0).randn([16]).data.subarray(0, 8))).toEqual(
    [-1.1258, -1.1524, -0.2506, -0.4339, 0.8487, 0.692, -0.316, -2.1152],
  );
  expect(rounded(torchGenerator(0).rand([5]).data)).toEqual([0.4963, 0.7682, 0.0885, 0.132, 0.3074]);
});

test("the engine gives the authors' numbers: the ten thousandth of seed 5489 is 4123659995", () => {
  const engine = twister(seedWords(5489));
  for (let i = 1; i < 10_000; i++) engine.next();
  expect(engine.next()).toBe(4123659995);
});

test("a batch of two latents is two draws of one, and a shape changes nothing", () => {
  const [one, two] = [torchGenerator(8), torchGenerator(8)];
  const batch = one.randn([2, 4, 8, 8]);
  expect(batch.shape).toEqual([2, 4, 8, 8]);
  expect([...two.randn([4, 8, 8]).data, ...two.randn([256]).data]).toEqual([...batch.data]);
});

test("a state, through JSON, goes on where it was taken, the kept number included", () => {
  for (const dtype of ["float32", "float64"] as const) {
    const generator = torchGenerator(17, { dtype });
    generator.randn([3]);
    generator.rand([700]);
    const state = JSON.parse(JSON.stringify(generator.state()));
    const goOn = (g: Generator) => [g.randn([1]), g.rand([3]), g.randn([17]), g.randperm(9)];
    const expected = goOn(generator);
    expect(goOn(generatorFromState(state))).toEqual(expected);
    expect(goOn(generatorFromState(state))).toEqual(expected);
  }
  const counter = generatorFromState({ kind: "counter", seed: 3, sample: 1, draw: 4 });
  expect(counter.state()).toEqual({ kind: "counter", seed: 3, sample: 1, draw: 4 });
});

test("what isn't a generator's state is refused", () => {
  const good = torchGenerator(1).state();
  const bad = [
    { kind: "dice" }, { kind: "counter", seed: 1 }, { kind: "counter", seed: -1, sample: 0, draw: 0 },
    { ...good, words: [1, 2] }, { ...good, used: 625 }, { ...good, kept: "no" }, { ...good, dtype: "float16" },
    { ...good, words: (good.words as number[]).map(() => -1) },
  ];
  for (const state of bad) {
    expect(() => generatorFromState(state)).toThrow(expect.objectContaining({ code: "invalid_option" }));
  }
});

test.each([-1, 0.5, 2 ** 53, Infinity])("seed %d is refused", (seed) => {
  const refused = expect.objectContaining({ code: "invalid_option", path: "seed" });
  expect(() => torchGenerator(seed)).toThrow(refused);
});
