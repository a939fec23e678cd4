// DEISMultistepScheduler.
import { flag, number, oneOf } from "../config.ts";
import { deis } from "../samplers/deis.ts";
import { logSnrParts } from "./log-snr.ts";
import type { SchedulerClass } from "./parts.ts";

export const deisScheduler: SchedulerClass = {
  className: "DEISMultistepScheduler",
  read(config) {
    oneOf(config, "algorithm_type", ["deis", "dpmsolver", "dpmsolver++"], "deis");
    oneOf(config, "solver_type", ["logrho", "midpoint", "heun", "bh1", "bh2"], "logrho");
    const order = number(config, "solver_order", 2, 1, 3) as 1 | 2 | 3;
    const sampler = deis({ order, lowerOrderFinal: flag(config, "lower_order_final", true) });
    const rounded = flag(config, "use_karras_sigmas", false);
    return logSnrParts(config, sampler, { roundPlaced: rounded, final: "repeat" });
  },
};
