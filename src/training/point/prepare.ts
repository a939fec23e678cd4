// The point presets as runs in a folder (`driftfield train spiral`), and how they are written as models.
import { join } from "node:path";
import { makeFolder, shippedFolder } from "../../files/index.ts";
import type { PointConfig } from "../../models/point/index.ts";
import { registryOf } from "../../nn/index.ts";
import { writeJson } from "../export.ts";
import type { Prepared } from "../presets/prepared.ts";
import { exportWeights } from "../state.ts";
import { chosenPoints, type PointChoices, type PointPreset } from "./presets.ts";
import { pointTask } from "./task.ts";
import { pointLoopOptions } from "./train-points.ts";

/** Steps in one call of the engine. */
const STEPS_PER_RUN = 50;

/** Everything that training a point preset in a folder needs. */
export function preparePoints(
  preset: PointPreset,
  { seed, models = shippedFolder(), ...choices }: Omit<PointChoices, "preset"> & { seed: number; models?: string },
): Prepared {
  const { config, data, recipe } = chosenPoints({ preset, ...choices });
  const task = pointTask(config, data, recipe, seed);
  return {
    task,
    weights: join(models, preset, "model.safetensors"),
    settings: { ...pointLoopOptions(recipe), steps: recipe.steps, stepsPerRun: STEPS_PER_RUN, threads: 1 },
    export: async (folder, state) => {
      const place = join(folder, preset);
      await makeFolder(place);
      const metadata = { step: String(state.step), data: data.name, seed: String(seed) };
      const registry = registryOf(task.loss, task.batch);
      await exportWeights(join(place, "model.safetensors"), state, registry, metadata);
      await writeJson(join(place, "config.json"), storedConfig(config));
    },
  };
}

/** A config.json without what its kind of model doesn't have. */
function storedConfig(config: PointConfig): Partial<PointConfig> {
  const { time_input, sigma_data, num_classes, cond_dim, class_names, ...rest } = config;
  return {
    ...rest,
    ...(!time_input && { time_input }),
    ...(config.prediction === "edm" && { sigma_data }),
    ...(num_classes > 0 && { num_classes, cond_dim, class_names }),
  };
}
