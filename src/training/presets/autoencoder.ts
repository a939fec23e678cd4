// The presets "vae" and "vae-decoder": the autoencoder of the default model, and its decoder alone, for when a denoiser
// has learned the latents already.
import { join } from "node:path";
import { shippedFolder } from "../../files/index.ts";
import { readConfig } from "../../models/component.ts";
import { autoencoderConfig, defaultAutoencoder } from "../../models/vae/config.ts";
import { readWeights } from "../../models/weights.ts";
import { registryOf, Scope } from "../../nn/index.ts";
import { exportAutoencoder, exportDecoder, exportNotices } from "../export.ts";
import { encoderOutputs } from "../vae-encoder.ts";
import { autoencoderTask } from "../vae-task.ts";
import { ENCODED, type Prepared, type PrepareOptions } from "./prepared.ts";
import { openSets } from "./sets.ts";

const WEIGHTS = "diffusion_pytorch_model.safetensors";

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
    weights: join(models, "emoji", "vae", WEIGHTS),
    encoder: {
      outputs: encoderOutputs(defaultAutoencoder, ENCODED),
      batch: ENCODED,
      weights: `emoji/vae/${WEIGHTS}`,
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

export async function prepareDecoder(options: PrepareOptions): Promise<Prepared> {
  const { data, seed, batchSize = 32, models = shippedFolder() } = options;
  const folder = join(models, "emoji", "vae");
  const config = await readConfig(folder, autoencoderConfig);
  const scope = new Scope();
  encoderOutputs(config, batchSize, scope);
  const encoder = await readWeights(join(folder, WEIGHTS), scope.registry);
  const { datasets } = await openSets(data);
  const task = autoencoderTask(config, datasets, { batchSize, seed, encoder });
  return {
    task,
    weights: join(folder, WEIGHTS),
    settings: { steps: 2000, rate: 5e-4, warmup: 50, cooldown: 0.7, emaDecay: 0.995, stepsPerRun: 4 },
    export: async (to, state) => {
      await exportNotices(join(to, "emoji"), data, datasets);
      await exportDecoder(join(to, "emoji", "vae"), state, registryOf(task.loss, task.batch), config, encoder);
    },
  };
}
