// The preset "vae": the autoencoder of the default model.
import { join } from "node:path";
import { shippedFolder } from "../../files/index.ts";
import { defaultAutoencoder } from "../../models/vae/config.ts";
import { registryOf } from "../../nn/index.ts";
import { exportAutoencoder, exportNotices } from "../export.ts";
import { encoderOutputs } from "../vae-encoder.ts";
import { autoencoderTask } from "../vae-task.ts";
import { ENCODED, type Prepared, type PrepareOptions } from "./prepared.ts";
import { openSets } from "./sets.ts";

export async function prepareAutoencoder({
  data,
  seed,
  batchSize = 32,
  models = shippedFolder(),
  backend,
}: PrepareOptions): Promise<Prepared> {
  const { datasets } = await openSets(data);
  const task = autoencoderTask(defaultAutoencoder, datasets, { batchSize, seed });
  return {
    task,
    weights: join(models, "emoji", "vae", "diffusion_pytorch_model.safetensors"),
    encoder: {
      outputs: encoderOutputs(defaultAutoencoder, ENCODED),
      batch: ENCODED,
      weights: "emoji/vae/diffusion_pytorch_model.safetensors",
      config: "emoji/vae/config.json",
    },
    settings: { steps: 6000, rate: 1.5e-3, warmup: 50, emaDecay: 0.998, stepsPerRun: 4 },
    export: async (folder, state) => {
      const registry = registryOf(task.loss, task.batch);
      await exportNotices(join(folder, "emoji"), data, datasets);
      await exportAutoencoder(join(folder, "emoji", "vae"), state, registry, defaultAutoencoder, datasets, backend);
    },
  };
}
