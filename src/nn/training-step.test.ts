// A training step against the optimiser written out in plain float64, whole and in two halves.
import { beforeAll, expect, it } from "vitest";
import { linear, meanSquaredError } from "../graph/index.ts";
import { compile, nodeBackend, type Backend } from "../runtime/index.ts";
import { counterNormal } from "../random/index.ts";
import { gradientGraph, trainingGraph, updateGraph, type BatchShapes, type LossFunction } from "./index.ts";
import { zero } from "./scope.ts";

let backend: Backend;
beforeAll(async () => {
  backend = await nodeBackend();
});

const [N, IN, OUT] = [6, 3, 2];
const batch: BatchShapes = { x: { shape: [N, IN], dtype: "float32" }, y: { shape: [N, OUT], dtype: "float32" } };
const lossFunction: LossFunction = (scope, { x, y }) => ({
  loss: meanSquaredError(linear(x, scope.slot("weight", [OUT, IN], zero), scope.slot("bias", [OUT], zero)), y),
});
const optimizer = { beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0.1, clipNorm: 0.5 };
const random = (draw: number, size: number): Float32Array => counterNormal({ seed: 9, sample: 0, draw }, new Float32Array(size));

const state = {
  weight: { parameter: random(0, 6), moment1: random(1, 6).map((v) => v / 10), moment2: random(2, 6).map((v) => (v * v) / 100), ema: random(3, 6) },
  bias: { parameter: random(4, 2), moment1: random(5, 2).map((v) => v / 10), moment2: random(6, 2).map((v) => (v * v) / 100), ema: random(7, 2) },
};
const data = { x: random(8, N * IN), y: random(9, N * OUT) };
const [RATE, STEP, KEEP] = [0.02, 7, 0.8];
const numbers = Float32Array.of(RATE, 1 / (1 - optimizer.beta1 ** STEP), 1 / (1 - optimizer.beta2 ** STEP));

function stateFeeds(): Record<string, Float32Array> {
  return Object.fromEntries(
    Object.entries(state).flatMap(([name, groups]) => Object.entries(groups).map(([group, values]) => [`in/${group}/${name}`, values])),
  );
}

/** AdamW as PyTorch writes it (torch.optim.AdamW, torch.nn.utils.clip_grad_norm_), in float64. */
function expectedStep() {
  const gradients = { weight: new Array(6).fill(0), bias: new Array(2).fill(0) };
  for (let n = 0; n < N; n++) {
    for (let o = 0; o < OUT; o++) {
      let out = state.bias.parameter[o];
      for (let i = 0; i < IN; i++) out += data.x[n * IN + i] * state.weight.parameter[o * IN + i];
      const slope = (2 * (out - data.y[n * OUT + o])) / (N * OUT);
      gradients.bias[o] += slope;
      for (let i = 0; i < IN; i++) gradients.weight[o * IN + i] += slope * data.x[n * IN + i];
    }
  }
  const norm = Math.hypot(...gradients.weight, ...gradients.bias);
  const clip = Math.min(1, optimizer.clipNorm / norm);
  const next: Record<string, number[]> = {};
  for (const [name, groups] of Object.entries(state)) {
    const parameters: number[] = [];
    gradients[name as keyof typeof gradients].forEach((raw, i) => {
      const g = raw * clip;
      const m = optimizer.beta1 * groups.moment1[i] + (1 - optimizer.beta1) * g;
      const v = optimizer.beta2 * groups.moment2[i] + (1 - optimizer.beta2) * g * g;
      const decay = name === "weight" ? 1 - RATE * optimizer.weightDecay : 1; // a bias doesn't decay
      const direction = (m * numbers[1]) / (Math.sqrt(v * numbers[2]) + optimizer.epsilon);
      parameters.push(groups.parameter[i] * decay - RATE * direction);
    });
    next[`parameter/${name}`] = parameters;
    next[`ema/${name}`] = parameters.map((value, i) => value + KEEP * (groups.ema[i] - value));
  }
  return { next, norm };
}

it("makes AdamW's step: gradients clipped together, decay on matrices alone, bias corrections, EMA", async () => {
  const graph = trainingGraph(lossFunction, batch, { optimizer });
  const program = await compile(graph.outputs, { backend });
  const found = await program.run({ ...stateFeeds(), ...data, numbers, emaKeep: Float32Array.of(KEEP) });
  const { next, norm } = expectedStep();
  expect(norm).toBeGreaterThan(optimizer.clipNorm); // the case clips
  expect(found["record/gradientNorm"].data[0]).toBeCloseTo(norm, 5);
  for (const [name, values] of Object.entries(next)) {
    values.forEach((value, i) => expect(found[name].data[i], name).toBeCloseTo(value, 5));
  }
});

it("gives the same state from its two halves, with gradients out and in between", async () => {
  const whole = await compile(trainingGraph(lossFunction, batch, { optimizer }).outputs, { backend });
  const first = gradientGraph(lossFunction, batch);
  const gradients = await compile(first.outputs, { backend });
  const update = await compile(updateGraph(first.registry, optimizer).outputs, { backend });
  const feeds = stateFeeds();
  const parameters = Object.fromEntries(Object.entries(feeds).filter(([name]) => name.startsWith("in/parameter/")));
  const found = await gradients.run({ ...parameters, ...data });
  const between = Object.fromEntries(Object.entries(found).filter(([name]) => name.startsWith("gradient/")).map(([name, { data }]) => [name, data]));
  const halves = await update.run({ ...feeds, ...between, numbers, emaKeep: Float32Array.of(KEEP) });
  const one = await whole.run({ ...feeds, ...data, numbers, emaKeep: Float32Array.of(KEEP) });
  expect(found["record/loss"].data[0]).toBe(one["record/loss"].data[0]);
  for (const [name, { data }] of Object.entries(halves)) expect([...data], name).toEqual([...one[name].data]);
});

it("gives after one call of three steps what three calls give, for another batch each", async () => {
  const single = await compile(trainingGraph(lossFunction, batch, { optimizer }).outputs, { backend });
  const triple = await compile(trainingGraph(lossFunction, batch, { optimizer, stepsPerRun: 3 }).outputs, { backend });
  const batches = [0, 1, 2].map((i) => ({ x: random(20 + i, N * IN), y: random(30 + i, N * OUT) }));
  let feeds = stateFeeds();
  const losses: number[] = [];
  for (const one of batches) {
    const found = await single.run({ ...feeds, ...one, numbers, emaKeep: Float32Array.of(KEEP) });
    losses.push(found["record/loss"].data[0] as number);
    feeds = Object.fromEntries(Object.keys(feeds).map((name) => [name, found[name.slice(3)].data as Float32Array]));
  }
  const join = (name: "x" | "y"): Float32Array => Float32Array.from(batches.flatMap((one) => [...one[name]]));
  const found = await triple.run({
    ...stateFeeds(), x: join("x"), y: join("y"), numbers: Float32Array.from([...numbers, ...numbers, ...numbers]), emaKeep: Float32Array.of(KEEP),
  });
  losses.forEach((loss, i) => expect(found["record/loss"].data[i]).toBeCloseTo(loss, 6));
  for (const [name, values] of Object.entries(feeds)) {
    if (!name.startsWith("in/ema/")) values.forEach((value, i) => expect(found[name.slice(3)].data[i], name).toBeCloseTo(value, 5));
  }
});
