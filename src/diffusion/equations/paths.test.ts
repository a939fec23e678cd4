// The four paths: their rates, their inverse in log-SNR, and the noise that their SDE adds.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { diffusionSquared, evenTimes, logSnrAt, type NoisePath } from "./path.ts";
import { edmPath, flowPath, vePath, vpPath } from "../index.ts";

/** g^2 as the papers write it for each path, not derived from levels. */
const written: readonly [NoisePath, (u: number) => number][] = [
  [vpPath(), (u) => 0.1 + u * 19.9], // beta(u)
  [vePath(), (u) => 2 * Math.log(5000) * (0.01 * 5000 ** u) ** 2], // d sigma^2 / du
  [edmPath(), (u) => 2 * u],
  [flowPath(), (u) => (2 * u) / (1 - u)],
];

describe.each(written)("$name", (path, growth) => {
  const share = fc.double({ min: 0.01, max: 0.99, noNaN: true });
  const inside = share.map((s) => path.earliest + s * (path.latest - path.earliest));

  test("has the rates of its levels", () => {
    fc.assert(
      fc.property(inside, (u) => {
        const h = 1e-5 * u;
        const [before, after, rates] = [path.level(u - h), path.level(u + h), path.rates(u)];
        expect((after.alpha - before.alpha) / (2 * h) - rates.alpha).toBeCloseTo(0, 5);
        expect((after.sigma - before.sigma) / (2 * h) / rates.sigma).toBeCloseTo(1, 5);
      }),
    );
  });

  test("finds the time of a log-SNR again", () => {
    fc.assert(fc.property(inside, (u) => void expect(path.timeOf(logSnrAt(path, u)) / u).toBeCloseTo(1, 9)));
  });

  test("adds the noise of its SDE", () => {
    fc.assert(fc.property(inside, (u) => void expect(diffusionSquared(path, u) / growth(u)).toBeCloseTo(1, 9)));
  });

  test("is cut into steps that are even in log-SNR, from noise to data", () => {
    const times = evenTimes(path, 10);
    expect([times[0], times[10]]).toEqual([path.latest, path.earliest]);
    const gaps = times.slice(1).map((u, i) => logSnrAt(path, u) - logSnrAt(path, times[i]));
    for (const gap of gaps) expect(gap / gaps[0]).toBeCloseTo(1, 6);
  });
});

test("the variance-preserving path preserves it", () => {
  const path = vpPath({ betaMin: 0.5, betaMax: 3 });
  for (const u of [0.01, 0.3, 1]) expect(Math.hypot(path.level(u).alpha, path.level(u).sigma)).toBeCloseTo(1, 12);
});

test.each([
  ["VP", () => vpPath({ betaMin: 2, betaMax: 1 })],
  ["VE", () => vePath({ sigmaMin: 0 })],
  ["EDM", () => edmPath({ sigmaMin: 3, sigmaMax: 2 })],
  ["flow", () => flowPath({ latest: 1.5 })],
])("a %s path that doesn't run from data to noise is an error", (name, make) => {
  expect(make).toThrow(expect.objectContaining({ code: "invalid_option", message: expect.stringContaining(name) }));
});
