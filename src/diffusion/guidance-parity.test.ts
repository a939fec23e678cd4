// Guidance equal to diffusers' guiders: scales, rescaling, windows, projection and composition (oracle/guidance.py).
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Tensor } from "../core/index.ts";
import { composed, type WeightedCondition } from "./guidance-composed.ts";
import { adaptiveProjected, type AdaptiveProjectedOptions } from "./guidance-projected.ts";
import { classifierFree, type NamedPredictions } from "./guidance.ts";

type Case = {
  guidance: "classifierFree" | "adaptiveProjected" | "composed";
  options: unknown;
  step: number;
  total: number;
  wants: number;
  /** Several in a row, whose predictions are rolled by a place each. */
  evaluations?: number;
  guided: number[];
};

const file = new URL("../../test/golden/guidance.json", import.meta.url);
const { cases } = JSON.parse(readFileSync(file, "utf8")) as { cases: Case[] };
const shape = [2, 3, 2, 2];
const wave = (value: (i: number) => number) => ({ data: Float32Array.from({ length: 24 }, (_, i) => value(i)), shape });
const roll = ({ data }: ReturnType<typeof wave>, places: number) => ({
  data: data.map((_, i) => data.at((i - places) % 24)!),
  shape,
});
const predictions = {
  cond: wave((i) => 1.3 * Math.sin(1 + 0.7 * i)),
  uncond: wave((i) => 0.9 * Math.cos(0.4 + 1.1 * i)),
  other: wave((i) => 1.1 * Math.sin(2 + 1.9 * i)),
};

const makes = {
  classifierFree: (options: unknown) => classifierFree(options as AdaptiveProjectedOptions),
  adaptiveProjected: (options: unknown) => adaptiveProjected(options as AdaptiveProjectedOptions),
  composed: (options: unknown) => composed(options as WeightedCondition[]),
};

test.each(cases.map((golden) => [golden.guidance, JSON.stringify(golden.options), golden.step, golden] as const))(
  "%s %s at step %i",
  (name, _, index, { options, total, wants, evaluations = 1, guided }) => {
    const guidance = makes[name](options);
    const at = { level: { alpha: 1, sigma: 1 }, t: 500, index, total };
    const sayings = Array.from({ length: evaluations }, (_, i): NamedPredictions =>
      i === 0 ? predictions : { cond: roll(predictions.cond, i), uncond: roll(predictions.uncond, 2 * i) },
    );
    const memory = sayings
      .slice(0, -1)
      .reduce<Tensor | undefined>((kept, said) => guidance.remember?.(said, { ...at, memory: kept }), undefined);
    const moment = { ...at, memory };
    expect(guidance.wants(moment).length).toBe(wants);
    const { data } = guidance.combine(sayings[evaluations - 1], moment);
    const largest = Math.max(...guided.map(Math.abs));
    guided.forEach((value, i) => expect(Math.abs(data[i] - value) / largest).toBeLessThan(1e-6));
  },
);
