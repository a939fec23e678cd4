// Why the walk takes many small steps: undone in small steps, noise is Gaussian; in one large step it is anything.
import type { Tensor } from "../../core/index.ts";
import { vpPath, type Level } from "../../diffusion/index.ts";
import { shapeOf, type LineMixture } from "../math/line-mixture.ts";
import { symmetricEigen } from "../math/eigen.ts";
import { shown, type Claim } from "./claim.ts";
import { noisy, spiralPoints, stream, turningLevel } from "./ground.ts";

const PROBES = 40;
const SMALL = 1000;
const LARGE = 8;

export const reversePosterior: Claim = {
  name: "reverse-posterior",
  claim: "The reverse of a small noising step is Gaussian, that of a large one isn't.",
  measure:
    `q(x_s | x_t) of the spiral, exact, along its widest direction, at ${PROBES} points where structure appears: ` +
    "negentropy (0 nats: Gaussian), modes",
  expected:
    `a step of 1/${SMALL}: below 0.00001 nats at every point, one mode; of 1/${LARGE}: above 0.01 nats on average, ` +
    "several modes at most points",
  async run() {
    const path = vpPath({ earliest: 1e-4 });
    const u = path.timeOf(-2 * Math.log(turningLevel(spiralPoints)));
    const from = path.level(u);
    const [noise, which] = [noisy(PROBES, 5).data, stream(6).randint(0, spiralPoints.shape[0], [PROBES]).data];
    const probes = Array.from({ length: PROBES }, (_, p) =>
      [0, 1].map((k) => from.alpha * spiralPoints.data[2 * which[p] + k] + from.sigma * noise[2 * p + k]),
    );
    const after = (step: number) => {
      const found = probes.map((x) => shapeOf(posteriorOnLine(spiralPoints, x, from, path.level(u - step))));
      return {
        most: Math.max(...found.map(({ negentropy }) => negentropy)),
        mean: found.reduce((sum, { negentropy }) => sum + negentropy, 0) / PROBES,
        several: found.filter(({ modes }) => modes > 1).length,
      };
    };
    const [small, large] = [after(1 / SMALL), after(1 / LARGE)];
    return {
      found:
        `1/${SMALL}: at most ${shown(small.most)} nats, several modes at ${small.several} points; ` +
        `1/${LARGE}: ${shown(large.mean)} nats, several modes at ${large.several} of ${PROBES}`,
      holds: small.most < 1e-5 && small.several === 0 && large.mean > 0.01 && large.several > PROBES / 2,
      figures: {
        small_step_nats: small.most,
        small_step_several_modes: small.several,
        large_step_nats: large.mean,
        large_step_several_modes: large.several,
      },
    };
  },
};

/**
 * q(x_s | x_t) of the finite set `points` (N, 2), along the direction in which it is widest: every point p has its own
 * Gaussian around alpha_s p + k sigma_s^2 / sigma_t^2 (x_t - alpha_t p), k = alpha_t / alpha_s, all equally wide, and
 * they are weighted by how likely p is, given x_t (Ho et al. 2020, eq. 6-7, averaged over q(x_0 | x_t)).
 */
function posteriorOnLine(points: Tensor, x: readonly number[], from: Level, to: Level): LineMixture {
  const rows = Array.from({ length: points.shape[0] }, (_, i) => [points.data[2 * i], points.data[2 * i + 1]]);
  const logs = rows.map(([px, py]) => {
    return -((x[0] - from.alpha * px) ** 2 + (x[1] - from.alpha * py) ** 2) / (2 * from.sigma ** 2);
  });
  const most = Math.max(...logs);
  const weights = logs.map((log) => Math.exp(log - most));
  const total = weights.reduce((a, b) => a + b);
  const shares = weights.map((weight) => weight / total);
  const direction = widest(rows, shares);
  const along = ([a, b]: readonly number[]) => a * direction[0] + b * direction[1];
  const kept = from.alpha / to.alpha;
  const pull = (kept * to.sigma ** 2) / from.sigma ** 2;
  const centres = rows.map((row) => to.alpha * along(row) + pull * (along(x) - from.alpha * along(row)));
  const deviation = (to.sigma / from.sigma) * Math.sqrt(from.sigma ** 2 - kept ** 2 * to.sigma ** 2);
  return { shares, centres, deviation };
}

/** The first principal direction of weighted points of the plane. */
function widest(rows: readonly (readonly number[])[], shares: readonly number[]): [number, number] {
  const mean = [0, 1].map((k) => rows.reduce((sum, row, i) => sum + shares[i] * row[k], 0));
  const product = (j: number, k: number) =>
    rows.reduce((sum, row, i) => sum + shares[i] * (row[j] - mean[j]) * (row[k] - mean[k]), 0);
  const covariance = Float64Array.of(product(0, 0), product(0, 1), product(0, 1), product(1, 1));
  const { values, vectors } = symmetricEigen(covariance, 2);
  const first = values[0] >= values[1] ? 0 : 2;
  return [vectors[first], vectors[first + 1]];
}
