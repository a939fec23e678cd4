// What `train` can train by name: the data, the task and the settings of each.
import { DriftfieldError, nearestNames } from "../../core/index.ts";
import { transformerSizes, type TransformerSize } from "../../models/transformer/config.ts";
import { preparePoints } from "../point/prepare.ts";
import { pointPresetNames, type PointPreset } from "../point/presets.ts";
import { prepareAutoencoder, prepareDecoder } from "./autoencoder.ts";
import { prepareClip, prepareJudgeClip } from "./clip.ts";
import { prepareDenoiser } from "./denoiser.ts";
import { prepareFaceJudge } from "./face-judge.ts";
import type { Prepared, PrepareOptions } from "./prepared.ts";

export type { Prepared, PrepareOptions } from "./prepared.ts";

const presets = {
  vae: prepareAutoencoder,
  "vae-decoder": prepareDecoder,
  clip: prepareClip,
  emoji: prepareDenoiser,
  "judge-clip": prepareJudgeClip,
  "face-judge": prepareFaceJudge,
};

export type PresetName = keyof typeof presets | PointPreset;
export const presetNames = [...(Object.keys(presets) as (keyof typeof presets)[]), ...pointPresetNames] as const;

/** Everything that training `preset` needs. Throws for an unknown preset or size, or data that aren't there. */
export async function prepare(preset: string, options: PrepareOptions): Promise<Prepared> {
  checkSize(preset, options.size);
  if (Object.hasOwn(presets, preset)) return presets[preset as keyof typeof presets](options);
  if (pointPresetNames.includes(preset as PointPreset)) {
    return preparePoints(preset as PointPreset, { ...options.points, seed: options.seed, models: options.models });
  }
  const [nearest] = nearestNames(preset, presetNames);
  throw new DriftfieldError("unknown_option", `there is no preset ${JSON.stringify(preset)}`, {
    path: "preset",
    received: preset,
    expected: presetNames.join(", "),
    hint: nearest ? `did you mean ${nearest}?` : "choose one of these",
  });
}

function checkSize(preset: string, size: TransformerSize = "base"): void {
  const known = Object.keys(transformerSizes);
  if (preset === "emoji" ? known.includes(size) : size === "base") return;
  throw new DriftfieldError(
    "invalid_option",
    preset === "emoji" ? `there is no size ${JSON.stringify(size)}` : `the preset ${preset} has one size only`,
    {
      path: "size",
      received: size,
      expected: preset === "emoji" ? known.join(", ") : "base",
      hint: preset === "emoji" ? "choose one of these" : "leave --size out: only emoji has several",
    },
  );
}
