// The noisy walk and the one without noise end in the same distribution, the data's.
import { probabilityFlow, reverseSde, vpPath } from "../../diffusion/index.ts";
import { shown, type Claim } from "./claim.ts";
import { clouds, distanceOf, drawClouds, endOf, noisy, samplingFloor, stream } from "./ground.ts";

const COUNT = 2000;
const STEPS = 400;

export const sameMarginal: Claim = {
  name: "same-marginal",
  claim: "The noisy walk (reverse SDE) and the walk without noise (probability-flow ODE) reach the same distribution.",
  measure: `Sliced Wasserstein distance of ${COUNT} samples to true ones, three clouds of the plane, exact field`,
  expected: "SDE and ODE each within the sampling floor (the largest of ten distances between two true sets)",
  async run(signal) {
    const path = vpPath({ earliest: 1e-4 });
    const floor = samplingFloor(drawClouds, COUNT);
    const truth = drawClouds(COUNT, 1);
    const common = { denoiser: clouds.denoiser, path, signal };
    const sde = await endOf(reverseSde({ ...common, x: noisy(COUNT, 2), steps: STEPS, generator: stream(3) }));
    const ode = await endOf(probabilityFlow({ ...common, x: noisy(COUNT, 4), relative: 1e-3, absolute: 1e-3 }));
    const figures = {
      floor,
      sde: distanceOf(sde, truth),
      ode: distanceOf(ode, truth),
      sde_to_ode: distanceOf(sde, ode),
    };
    return {
      found: `SDE ${shown(figures.sde)}, ODE ${shown(figures.ode)}, floor ${shown(floor)}`,
      holds: Math.max(figures.sde, figures.ode, figures.sde_to_ode) <= floor,
      figures,
    };
  },
};
