// The preset "face-judge": reads the attributes of faces, to judge generated ones. It learns from renderings of its
// own, of every combination: also of those that the models never saw, but not from the pictures that it is tested on.
import { join } from "node:path";
import { openDataset } from "../../data/index.ts";
import { shippedFolder } from "../../files/index.ts";
import { defaultFaceJudge } from "../../models/face-judge/config.ts";
import { registryOf } from "../../nn/index.ts";
import { exportFaceJudge } from "../export.ts";
import { attributeTable } from "../face-attributes.ts";
import { faceJudgeTask } from "../judge-task.ts";
import type { Prepared, PrepareOptions } from "./prepared.ts";

export async function prepareFaceJudge({
  data,
  seed,
  batchSize = 64,
  models = shippedFolder(),
}: PrepareOptions): Promise<Prepared> {
  const faces = await openDataset(join(data, "judge-faces"), "judge-faces");
  const config = defaultFaceJudge(attributeTable(faces.records));
  const task = faceJudgeTask(config, faces, { batchSize, seed });
  return {
    task,
    weights: join(models, "face-judge", "model.safetensors"),
    settings: {
      steps: 3700,
      rate: 2e-3,
      warmup: 50,
      cooldown: 0.5,
      emaDecay: 0.995,
      stepsPerRun: 4,
      optimizer: { weightDecay: 0.05 },
    },
    export: (folder, state) =>
      exportFaceJudge(join(folder, "face-judge"), state, registryOf(task.loss, task.batch), config),
  };
}
