// UniPC at the end of a run, where log-SNR time is infinite or stands still, whatever its options say.
import { describe, expect, test } from "vitest";
import type { Tensor } from "../../core/index.ts";
import { asModel, gaussianDenoiser } from "../exact.ts";
import { schedulerFromConfig } from "../scheduler.ts";

const target = { mean: 0.4, deviation: 0.7 };
const endings = ["zero", "sigma_min"].flatMap((final) =>
  [true, false].flatMap((x0) =>
    [true, false].flatMap((lower) => [1, 2, 3].map((order) => ({ final, x0, lower, order }))),
  ),
);

describe("UniPC ends at the ODE's solution", () => {
  test.each(endings)("$final, predict_x0 $x0, lower_order_final $lower, order $order", (ending) => {
    const scheduler = schedulerFromConfig({
      _class_name: "UniPCMultistepScheduler",
      beta_schedule: "scaled_linear",
      use_karras_sigmas: true,
      final_sigmas_type: ending.final,
      predict_x0: ending.x0,
      lower_order_final: ending.lower,
      solver_order: ending.order,
    });
    const plan = scheduler.plan(40);
    const stepper = scheduler.stepper(plan);
    const model = asModel(gaussianDenoiser(target), scheduler);
    const [{ alpha, sigma }] = plan.levels;
    const quantiles = [-1.3, 0.6, 2];
    const start = quantiles.map((z) => alpha * target.mean + Math.hypot(alpha * target.deviation, sigma) * z);
    let state = stepper.begin({ data: Float32Array.from(start), shape: [3, 1] });
    for (const t of plan.timesteps) state = stepper.advance(state, model(state.x, t, ["cond"]) as Tensor);
    quantiles.forEach((z, i) => expect(state.x.data[i]).toBeCloseTo(target.mean + target.deviation * z, 1));
  });
});
