// Every step equal to diffusers', over classes, spacings, prediction types and options (oracle/schedulers*.py).
import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { differences, titleOf, type Case } from "../../test/helpers/oracle-run.ts";
import { schedulerFromConfig } from "./index.ts";

type Golden = { cases: Case[]; tables?: { name: string; config: object; at: number[]; alphasCumprod: number[] }[] };

const folder = new URL("../../test/golden/", import.meta.url);
const files = readdirSync(folder).filter((name) => /^schedulers-.*\.json$/.test(name));
const goldens = files.map((name) => JSON.parse(readFileSync(new URL(name, folder), "utf8")) as Golden);

/**
 * Brownian paths are rough: where PyTorch's float32 log or exp is a last bit off, as in these two, noise moves by 1e-3.
 */
function misrounded({ class: name, config, steps }: Case): boolean {
  if (name === "DPMSolverSDEScheduler") return config["use_beta_sigmas"] === true;
  return name === "CosineDPMSolverMultistepScheduler" && steps === 16;
}

for (const golden of goldens.flatMap(({ cases }) => cases)) {
  test(`every step equals the reference: ${titleOf(golden)}`, () => {
    expect(differences(golden, misrounded(golden) ? 1e-3 : 1e-4)).toEqual([]);
  });
}

describe("the variance tables equal the reference's", () => {
  for (const { name, config, at, alphasCumprod } of goldens.flatMap(({ tables }) => tables ?? [])) {
    test(name, () => {
      const table = schedulerFromConfig({ _class_name: "DDPMScheduler", ...config }).alphasCumprod!;
      at.forEach((t, i) => expect(Math.abs(table[t] - alphasCumprod[i])).toBeLessThanOrEqual(2e-6 * alphasCumprod[i]));
    });
  }
});
