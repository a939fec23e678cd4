// DDIM and DDPM have the same marginals; without noise to average out, the walk needs far fewer steps.
import type { Tensor } from "../../core/index.ts";
import { asModel, sample, schedulerFromConfig } from "../../diffusion/index.ts";
import type { Claim } from "./claim.ts";
import { clouds, distanceOf, drawClouds, endOf, noisy, samplingFloor, stream } from "./ground.ts";

const COUNT = 1500;
const LADDER = [5, 10, 20, 40, 80, 160, 320];

export const fewerSteps: Claim = {
  name: "fewer-steps",
  claim: "DDIM reaches the same distribution as DDPM in far fewer steps.",
  measure:
    `Fewest of ${LADDER.join(", ")} steps with which ${COUNT} samples of the clouds are within the sampling floor; ` +
    "exact field",
  expected: "both reach it; DDIM with at most a quarter of DDPM's steps",
  async run(signal) {
    const floor = samplingFloor(drawClouds, COUNT);
    const truth = drawClouds(COUNT, 1);
    const figures: Record<string, number> = { floor };
    const enough: Record<string, number> = {};
    for (const name of ["DDIM", "DDPM"]) {
      for (const steps of LADDER) {
        const distance = distanceOf(await draw(name, steps, signal), truth);
        figures[`${name.toLowerCase()}_${steps}`] = distance;
        if (distance > floor) continue;
        enough[name] = steps;
        break;
      }
    }
    const { DDIM = Infinity, DDPM = Infinity } = enough;
    return {
      found: `DDIM ${DDIM} steps, DDPM ${DDPM}`,
      holds: DDPM < Infinity && DDIM <= DDPM / 4,
      figures,
    };
  },
};

function draw(name: string, steps: number, signal: AbortSignal | undefined): Promise<Tensor> {
  const rules = { clip_sample: false, timestep_spacing: "trailing" };
  const scheduler = schedulerFromConfig({ _class_name: `${name}Scheduler`, ...rules });
  const model = asModel(clouds.denoiser, scheduler);
  const [plan, generator] = [scheduler.plan(steps), stream(9)];
  return endOf(sample({ scheduler, plan, x: noisy(COUNT, 2), model, generator, signal }));
}
