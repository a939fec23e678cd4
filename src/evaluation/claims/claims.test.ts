// The claims hold, each is told apart from its opposite, and measuring them is a walk that can be stopped.
import { describe, expect, test } from "vitest";
import { claims, measureClaims } from "./index.ts";

const measured = new Map<string, Awaited<ReturnType<(typeof claims)[number]["run"]>>>();

describe("each claim holds", () => {
  test.each(claims.map((claim) => [claim.name, claim] as const))("%s", async (name, claim) => {
    const finding = await claim.run();
    measured.set(name, finding);
    expect(finding.holds, `expected ${claim.expected}; found ${finding.found}`).toBe(true);
    for (const [figure, value] of Object.entries(finding.figures)) expect(value, figure).toSatisfy(Number.isFinite);
    expect(finding.found).not.toMatch(/NaN|undefined|Infinity/);
  });
});

test("the walk with noise and the one without are told apart, so that being within the floor says something", () => {
  const { floor, without_noise } = measured.get("noise-needed")!.figures;
  expect(without_noise / floor).toBeGreaterThan(10);
});

test("a claim says the same whenever it is measured", async () => {
  const [{ name, run }] = claims;
  expect(await run()).toEqual(measured.get(name));
});

test("claims have names of their own", () => {
  expect(new Set(claims.map(({ name }) => name)).size).toBe(claims.length);
});

test("only some are measured where names are given, in the order of the list", async () => {
  const names = [];
  for await (const { name, seconds } of measureClaims({ only: ["noise-needed", "total-noise"] })) {
    names.push(name);
    expect(seconds).toBeGreaterThan(0);
  }
  expect(names).toEqual(["total-noise", "noise-needed"]);
});

test("a name that no claim has is refused before any work, with the nearest", async () => {
  await expect(measureClaims({ only: ["same-margin"] }).next()).rejects.toMatchObject({
    code: "unknown_option",
    hint: expect.stringContaining("same-marginal"),
  });
});

test("a signal stops a claim in its middle", async () => {
  const controller = new AbortController();
  const run = measureClaims({ only: ["same-marginal"], signal: controller.signal }).next();
  setTimeout(() => controller.abort(), 50);
  await expect(run).rejects.toMatchObject({ code: "aborted" });
});
