// Models of points in a page: training on wasm, and a walk that ends where Node's does.
import { train } from "../../../src/pipelines/point/index.ts";
import { walked, WALKED } from "../points-anywhere.ts";
import type { Verdict } from "../../verdict.ts";

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

export async function run(): Promise<Verdict[]> {
  const losses: number[] = [];
  const records = train({ reference: true, steps: 200, stepsPerRun: 20, recipe: { rate: 4e-3 } });
  let model;
  for (;;) {
    const next = await records.next();
    if (next.done) {
      model = next.value;
      break;
    }
    losses.push(next.value.loss);
  }
  const [before, after] = [mean(losses.slice(0, 20)), mean(losses.slice(-40))];
  const [x, y] = model.predict(Float32Array.of(8, -6), 10); // far out nearly all of x is noise, along (0.8, -0.6)
  const along = (0.8 * x - 0.6 * y) / Math.hypot(x, y);
  const hash = await walked();
  return [
    { name: "a page trains 200 steps", ok: losses.length === 200, detail: `${losses.length} steps` },
    { name: "the loss falls in a page", ok: after < 0.9 * before, detail: `${before} to ${after}` },
    {
      name: "the model trained in a page points outward for noise",
      ok: along > 0.95,
      detail: `${x}, ${y}`,
    },
    { name: "a walk in a page ends at the same bits as in Node", ok: hash === WALKED, detail: hash },
  ];
}
