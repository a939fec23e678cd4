// Where float32 overflows, cancels or divides by nothing: values and gradients must stay what the mathematics says.
import { grad } from "../grad.ts";
import { mul, square } from "../ops/elementwise.ts";
import { scatterAdd } from "../ops/gather.ts";
import { constant, input } from "../ops/leaf.ts";
import { groupNorm, layerNorm, rmsNorm } from "../ops/norm.ts";
import { mean, sum } from "../ops/reduce.ts";
import { crossEntropy, logSoftmax, logSumExp, softmax } from "../ops/softmax.ts";
import { gelu, geluTanh, quickGelu, sigmoid, silu, sqrt, tanh } from "../ops/unary.ts";
import type { Sym } from "../sym.ts";
import { compileOn, type SuiteBackend } from "./backend.ts";
import { relativeDistance, type Verdict } from "./gradients.ts";
import { Rng } from "./rng.ts";

type Extreme = {
  name: string;
  shape: readonly number[];
  x: readonly number[];
  build(x: Sym): Sym;
  /** The value, and the gradient of the sum of y times 1, 2, 3, ... (where it is told). */
  y: readonly number[];
  dx?: readonly number[];
  tolerance?: number;
};

const FAR = [-1e4, -100, -30, 30, 100, 1e4];
const ramp = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);
const repeat = (count: number, value: number): number[] => new Array<number>(count).fill(value);

/** An activation that is x on the right and 0 on the left. */
const rectifier = (name: string, build: (x: Sym) => Sym): Extreme => ({
  name: `${name}: far tails`,
  shape: [6],
  x: FAR,
  build,
  y: FAR.map((x) => Math.max(x, 0)),
  dx: [0, 0, 0, 4, 5, 6],
});

function spread(offset: number): { x: number[]; y: number[] } {
  const pattern = [-3, -1, 1, 3, -2, 2, 0, 0];
  const deviation = Math.sqrt(pattern.reduce((total, v) => total + v * v, 0) / pattern.length + 1e-5);
  return { x: pattern.map((v) => v + offset), y: pattern.map((v) => v / deviation) };
}

/** A million numbers, and the sum of their squares in float64. */
function many(): { x: number[]; total: number } {
  const rng = new Rng(1, "many");
  const x = Array.from({ length: 1 << 20 }, () => Math.fround(rng.uniform(0, 1)));
  return { x, total: x.reduce((sofar, v) => sofar + Math.fround(v * v), 0) };
}

function extremes(): Extreme[] {
  const [offset, million] = [spread(1000), many()];
  const top = [1e4, -1e4, 0, 1e4 - 1];
  const share = 1 / (1 + Math.exp(-1));
  const shares = [share, 0, 0, 1 - share];
  const log = 1e4 + Math.log1p(Math.exp(-1));
  const middle = 1 * share + 4 * (1 - share);
  return [
    { name: "softmax: numbers of 1e4", shape: [1, 4], x: top, build: (x) => softmax(x), y: shares,
      dx: shares.map((p, i) => p * (i + 1 - middle)), tolerance: 1e-5 },
    { name: "logSoftmax: numbers of 1e4", shape: [1, 4], x: top, build: (x) => logSoftmax(x),
      y: top.map((x) => x - log), dx: shares.map((p, i) => i + 1 - 10 * p), tolerance: 1e-5 },
    { name: "logSumExp: numbers of 1e4", shape: [2, 4], x: [...top, ...repeat(4, -1e4)], build: (x) => logSumExp(x),
      y: [log, -1e4 + Math.log(4)], dx: [...shares, ...repeat(4, 0.5)], tolerance: 5e-4 }, // 1e4 itself is 5e-4 coarse
    { name: "crossEntropy: numbers of 1e4", shape: [1, 4], x: top,
      build: (x) => crossEntropy(x, constant(Int32Array.of(1))), y: [log + 1e4], dx: [share, -1, 0, 1 - share],
      tolerance: 5e-4 },
    rectifier("gelu", gelu),
    rectifier("geluTanh", geluTanh),
    rectifier("silu", silu),
    rectifier("quickGelu", quickGelu),
    { name: "sigmoid: far tails", shape: [6], x: FAR, build: sigmoid, y: [0, 0, 0, 1, 1, 1], dx: repeat(6, 0) },
    { name: "tanh: far tails", shape: [6], x: FAR, build: tanh, y: [-1, -1, -1, 1, 1, 1], dx: repeat(6, 0) },
    { name: "sqrt: 0, where the slope is infinite", shape: [2], x: [0, 4], build: sqrt, y: [0, 2],
      dx: [Infinity, 0.5] },
    { name: "layerNorm: rows of one number", shape: [3, 5], x: [...repeat(5, 0), ...repeat(5, 3), ...repeat(5, 1e4)],
      build: (x) => layerNorm(x), y: repeat(15, 0) },
    { name: "layerNorm: rows far from 0", shape: [1, 8], x: offset.x, build: (x) => layerNorm(x), y: offset.y,
      tolerance: 1e-3 },
    { name: "groupNorm: a blank picture", shape: [1, 4, 2, 2], x: repeat(16, 0.7),
      build: (x) => groupNorm(x, 2, constant(Float32Array.of(1, 1, 1, 1)), constant(new Float32Array(4))),
      y: repeat(16, 0), tolerance: 1e-3 },
    { name: "rmsNorm: a row of zeros", shape: [1, 4], x: repeat(4, 0), build: (x) => rmsNorm(x), y: repeat(4, 0),
      dx: [1000, 2000, 3000, 4000], tolerance: 1e-5 },
    { name: "sum: of a million squares", shape: [1 << 20], x: million.x, build: (x) => sum(square(x)),
      y: [million.total], tolerance: 1e-6 },
    { name: "mean: of a million squares, two axes", shape: [1024, 1024], x: million.x, build: (x) => mean(square(x)),
      y: [million.total / 2 ** 20] },
    { name: "scatterAdd: every row many times", shape: [4096, 32], x: repeat(4096 * 32, 1),
      build: (x) => scatterAdd(constant(Int32Array.from({ length: 4096 }, (_, i) => i % 3)), x, [3, 32]),
      y: [1366, 1365, 1365].flatMap((count) => repeat(32, count)) },
  ];
}

/** Checks each extreme in a session of its own. */
export async function checkExtremes(on: { backend: SuiteBackend; threads?: number }): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const extreme of extremes()) verdicts.push(await checkExtreme(extreme, on));
  return verdicts;
}

async function checkExtreme(
  { name, shape, x, build, y, dx, tolerance = 1e-6 }: Extreme,
  on: { backend: SuiteBackend; threads?: number },
): Promise<Verdict> {
  const sym = input("x", shape);
  const result = build(sym);
  const weights = constant(Float32Array.from(ramp(y.length)), result.shape as number[]);
  const [gradient] = grad(sum(mul(result, weights)), [sym]);
  const program = await compileOn(on, { y: result, dx: gradient });
  try {
    const found = await program.run({ x });
    // Rows of one number have the value 0, so that what is left is measured against 1.
    const far = relativeDistance(found.y, y, 1);
    const apart = dx ? relativeDistance(found.dx, dx, 1) : found.dx.every(Number.isFinite) ? 0 : Infinity;
    const detail = `value off by ${far}, gradient by ${apart}`;
    return { name, ok: far <= tolerance && apart <= tolerance, detail };
  } finally {
    await program.dispose();
  }
}
