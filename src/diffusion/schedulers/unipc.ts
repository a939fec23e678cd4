// UniPCMultistepScheduler.
import { flag, mustBe, number, oneOf, optionalNumber, type SchedulerConfig } from "../config.ts";
import { dynamicShift, missingMu } from "../plans/flow.ts";
import type { PlanOptions } from "../plans/options.ts";
import { unipc } from "../samplers/unipc.ts";
import { shiftFlowTimes, stretchToTerminal } from "../schedule/flow.ts";
import { linspace } from "../schedule/spacing.ts";
import { logSnrParts } from "./log-snr.ts";
import { readEnds, type SchedulerClass } from "./parts.ts";

export const unipcScheduler: SchedulerClass = {
  className: "UniPCMultistepScheduler",
  read(config) {
    mustBe(config, "solver_p", null);
    const solver = oneOf(config, "solver_type", ["bh1", "bh2", "midpoint", "heun", "logrho"], "bh2");
    const sampler = unipc({
      order: number(config, "solver_order", 2, 1, 6),
      solver: solver === "bh1" ? "bh1" : "bh2",
      predictX0: flag(config, "predict_x0", true),
      lowerOrderFinal: flag(config, "lower_order_final", true),
      uncorrected: (config.disable_corrector as number[] | null | undefined) ?? [],
    });
    const flows = flag(config, "use_flow_sigmas", false);
    return logSnrParts(config, sampler, {
      ...readEnds(config),
      roundPlaced: flag(config, "use_karras_sigmas", false),
      final: oneOf(config, "final_sigmas_type", ["zero", "sigma_min"], "zero") === "zero" ? "zero" : "repeat",
      flowSigmas: flows ? (steps, options) => flowSigmas(config, steps, options) : undefined,
    });
  },
};

/** Flow times from 1 down, shifted; the first is held off 1, where log-SNR time would be infinite. */
function flowSigmas(config: SchedulerConfig, steps: number, { sigmas, mu }: PlanOptions): number[] {
  const train = number(config, "num_train_timesteps", 1000, 1);
  const start = sigmas ?? linspace(1, 1 / train, steps + 1).slice(0, -1);
  const dynamic = flag(config, "use_dynamic_shifting", false);
  if (dynamic && mu === undefined) throw missingMu(config._class_name);
  const form = oneOf(config, "time_shift_type", ["exponential", "linear"], "exponential");
  const shift = number(config, "flow_shift", 1);
  const shifted = dynamic ? start.map((s) => dynamicShift(s, mu!, form)) : shiftFlowTimes(start, shift);
  const times = stretchToTerminal(shifted, optionalNumber(config, "shift_terminal"));
  if (Math.abs(times[0] - 1) < 1e-6) times[0] -= 1e-6;
  return times;
}
