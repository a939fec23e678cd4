// Two clouds of points whose field is known exactly: their likelihood, their codes in the noise, and two walks to them.
import { gaussianMixture, logLikelihood, probabilityFlow, reverseSde, vpPath } from "driftfield/diffusion";
import { counterGenerator } from "driftfield/random";

const clouds = gaussianMixture([
  { weight: 1, mean: [-1, 0], deviation: 0.3 },
  { weight: 2, mean: [1, 0.5], deviation: [0.2, 0.4] },
]);
const path = vpPath();
const { denoiser } = clouds;

/** Drives a walk to its end; every step is there to be drawn, stored or stopped at. */
async function endOf<T>(walk: AsyncGenerator<unknown, T>): Promise<T> {
  for (;;) {
    const { value, done } = await walk.next();
    if (done) return value;
  }
}

/** The likelihood of three points beside the closed form's, what a round trip loses, and how many of 3 end right. */
export async function main({ count = 2000, steps = 500, seed = 1 } = {}) {
  const x = { data: Float32Array.of(-1, 0, 1, 0.5, 0, 0), shape: [3, 2] };
  const { logDensity, latent } = await endOf(logLikelihood({ denoiser, path, x }));
  const again = await endOf(probabilityFlow({ denoiser, path, x: latent }));
  const start = counterGenerator({ seed }).randn([count, 2]);
  const generator = counterGenerator({ seed, sample: 1 });
  const ends = {
    ode: await endOf(probabilityFlow({ denoiser, path, x: start, relative: 1e-3, absolute: 1e-3 })),
    sde: await endOf(reverseSde({ denoiser, path, x: start, steps, generator })),
  };
  const right = ({ data }: { data: Float32Array }) => {
    return data.filter((value, i) => i % 2 === 0 && value > 0).length / count;
  };
  return {
    logDensity: [...logDensity],
    wanted: [...clouds.logDensity(x, path.level(path.earliest))],
    roundTrip: Math.max(...again.data.map((value, i) => Math.abs(value - x.data[i]))),
    shares: { ode: right(ends.ode), sde: right(ends.sde) },
  };
}
