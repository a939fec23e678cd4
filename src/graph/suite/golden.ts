// Values and gradients against PyTorch's in float64 (oracle/ops.py).
import { grad } from "../grad.ts";
import { mul } from "../ops/elementwise.ts";
import { constant, input } from "../ops/leaf.ts";
import { sum } from "../ops/reduce.ts";
import type { Sym } from "../sym.ts";
import { compileOn, type SuiteBackend, type Values } from "./backend.ts";
import type { Syms } from "./case.ts";
import { goldenBuilders } from "./golden-builders.ts";
import { relativeDistance, type Verdict } from "./gradients.ts";

type GoldenCase = {
  name: string;
  inputs: Record<string, { shape: readonly number[]; dtype: string; data: readonly number[] }>;
  weights: readonly number[];
  output: { shape: readonly number[]; data: readonly number[] };
  gradients: Record<string, readonly number[]>;
};
/** test/golden/ops.json */
export type Golden = { versions: Record<string, string>; cases: readonly GoldenCase[] };

const TOLERANCE = 3e-6; // of the largest value: some fifty roundings of float32

/** Compares every case of the golden file, all in one session. A case on one side alone is a fault. */
export async function checkGolden(golden: Golden, on: { backend: SuiteBackend; threads?: number }): Promise<Verdict[]> {
  const given = new Set(golden.cases.map(({ name }) => name));
  const strays = Object.keys(goldenBuilders).filter((name) => !given.has(name));
  const unknown = golden.cases.filter(({ name }) => !goldenBuilders[name]).map(({ name }) => name);
  const known = golden.cases.filter(({ name }) => goldenBuilders[name]);
  const outputs: Record<string, Sym> = {};
  const values: Record<string, readonly number[]> = {};
  for (const test of known) addCase(test, outputs, values);
  const program = await compileOn(on, outputs);
  try {
    const results = await program.run(values);
    return [
      {
        name: "golden: both sides have the same cases",
        ok: strays.length + unknown.length === 0,
        detail: `only here: [${strays}]; only in the file: [${unknown}]`,
      },
      ...known.map((test) => compared(test, outputs[`${test.name}:y`], results)),
    ];
  } finally {
    await program.dispose();
  }
}

function addCase(test: GoldenCase, outputs: Record<string, Sym>, values: Record<string, readonly number[]>): void {
  const syms: Syms = {};
  for (const [key, { shape, dtype, data }] of Object.entries(test.inputs)) {
    syms[key] = input(`${test.name}.${key}`, shape, dtype as "float32" | "int64");
    values[`${test.name}.${key}`] = data;
  }
  const y = goldenBuilders[test.name](syms);
  outputs[`${test.name}:y`] = y;
  const loss = sum(mul(y, constant(Float32Array.from(test.weights), test.output.shape)));
  const keys = Object.keys(test.gradients);
  grad(loss, keys.map((key) => syms[key])).forEach((gradient, i) => (outputs[`${test.name}:d ${keys[i]}`] = gradient));
}

function compared({ name, output, gradients }: GoldenCase, y: Sym, results: Values): Verdict {
  const distances = [
    ["y", relativeDistance(results[`${name}:y`], output.data)] as const,
    ...Object.entries(gradients).map(([key, g]) => {
      return [`d ${key}`, relativeDistance(results[`${name}:d ${key}`], g)] as const;
    }),
  ];
  const sameShape = y.shape.join() === output.shape.join();
  const found = distances.map(([what, distance]) => `${what} ${distance.toExponential(1)}`).join(", ");
  return {
    name: `golden: ${name}`,
    ok: sameShape && distances.every(([, distance]) => distance <= TOLERANCE),
    detail: `shape [${y.shape}] for [${output.shape}]; ${found}`,
  };
}
