// Every example runs, against the package as it is built, and does what its first line says.
import { expect, it } from "vitest";

it("spiral: three samplers end near the curve, far nearer than noise does", async () => {
  const { main } = await import("../examples/spiral.ts");
  const distances = await main({ steps: 600 });
  expect(Object.keys(distances)).toEqual(["euler", "heun", "ddpm"]);
  // untrained: over 0.4
  for (const [name, distance] of Object.entries(distances)) expect(distance, name).toBeLessThan(0.1);
});

it("equations: the ODE encodes, decodes and says a likelihood; the SDE reaches the same clouds", async () => {
  const { main } = await import("../examples/equations.ts");
  const { logDensity, wanted, roundTrip, shares } = await main({ count: 400, steps: 150 });
  logDensity.forEach((value, i) => expect(Math.abs(value - wanted[i])).toBeLessThan(0.05));
  expect(roundTrip).toBeLessThan(0.01);
  for (const share of Object.values(shares)) expect(Math.abs(share - 2 / 3)).toBeLessThan(0.1);
});
