// The fused training step takes the same steps as the one with a slot at a time.
import { expect, it } from "vitest";
import { gelu, meanSquaredError } from "../graph/index.ts";
import { counterNormal, counterUniform } from "../random/index.ts";
import { compile, nodeBackend } from "../runtime/index.ts";
import { denseLayer, flatSize, fusedTrainingGraph, trainingGraph, type BatchShapes, type LossFunction } from "./index.ts";

const [N, IN, HIDDEN, OUT, STEPS] = [6, 3, 5, 2, 4];
const batch: BatchShapes = { x: { shape: [N, IN], dtype: "float32" }, y: { shape: [N, OUT], dtype: "float32" } };
const loss: LossFunction = (scope, { x, y }) => ({
  loss: meanSquaredError(denseLayer(scope.at("out"), gelu(denseLayer(scope.at("in"), x, HIDDEN)), OUT), y),
});
const random = (draw: number, size: number): Float32Array =>
  counterNormal({ seed: 4, sample: 0, draw }, new Float32Array(size));

const cases = {
  "clipped, with decay on matrices": { clipNorm: 0.1, weightDecay: 0.1 },
  "unclipped, with decay on everything": { clipNorm: Infinity, weightDecay: 0.1, decayAll: true },
  "unclipped, without decay": { clipNorm: Infinity, weightDecay: 0, beta1: 0.8, beta2: 0.95 },
};

for (const [name, optimizer] of Object.entries(cases)) {
  it(`equals the step with parameters apart: ${name}`, async () => {
    const backend = await nodeBackend();
    const apart = trainingGraph(loss, batch, { stepsPerRun: STEPS, optimizer });
    const fused = fusedTrainingGraph(loss, batch, { stepsPerRun: STEPS, optimizer });
    const size = flatSize(fused.registry);
    expect(size).toBe(IN * HIDDEN + HIDDEN + HIDDEN * OUT + OUT);
    const flat: Record<string, Float32Array> = {
      parameter: random(0, size),
      moment1: random(1, size).map((v) => v / 50),
      moment2: counterUniform({ seed: 4, sample: 0, draw: 2 }, new Float32Array(size)).map((v) => v / 1000),
      ema: random(3, size),
    };
    const feeds = {
      x: random(5, STEPS * N * IN),
      y: random(6, STEPS * N * OUT),
      numbers: Float32Array.from({ length: 3 * STEPS }, (_, i) => [0.02, 1.3, 2.1][i % 3] / (1 + i / 20)),
      emaKeep: Float32Array.of(0.7),
    };
    const inputs = Object.fromEntries(Object.entries(flat).map(([group, values]) => [`in/${group}`, values]));
    const together = await (await compile(fused.outputs, { backend, threads: 1 })).run({ ...feeds, ...inputs });
    const parts: Record<string, Float32Array> = {};
    let from = 0;
    for (const [slot, { shape }] of apart.registry) {
      const to = from + shape.reduce((a, b) => a * b, 1);
      for (const group of Object.keys(flat)) parts[`in/${group}/${slot}`] = flat[group].slice(from, to);
      from = to;
    }
    const single = await (await compile(apart.outputs, { backend, threads: 1 })).run({ ...feeds, ...parts });
    for (const record of ["record/loss", "record/gradientNorm"]) {
      single[record].data.forEach((value, i) => expect(Number(together[record].data[i])).toBeCloseTo(Number(value), 4));
    }
    for (const group of Object.keys(flat)) {
      const slots = [...apart.registry.keys()];
      const joined = slots.flatMap((slot) => [...(single[`${group}/${slot}`].data as Float32Array)]);
      joined.forEach((value, i) => expect(Number(together[group].data[i]), group).toBeCloseTo(value, 5));
    }
  });
}
