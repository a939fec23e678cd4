// Every example runs, against the package as it is built, and does what its first line says.
import { expect, it } from "vitest";

it("spiral: three samplers end near the curve, far nearer than noise does", async () => {
  const { main } = await import("../examples/spiral.ts");
  const distances = await main({ steps: 600 });
  expect(Object.keys(distances)).toEqual(["euler", "heun", "ddpm"]);
  for (const [name, distance] of Object.entries(distances)) expect(distance, name).toBeLessThan(0.1); // untrained: over 0.4
});
