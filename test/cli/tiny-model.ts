// Tiny models with random weights, written as training exports them: real folders for tests of the real way from
// prompt to file.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { input, type Sym } from "../../src/graph/index.ts";
import { imageEmbedding, textEmbedding, textHiddenStates } from "../../src/models/clip/clip.ts";
import type { ClipConfig } from "../../src/models/clip/config.ts";
import { wordTokenizerJson } from "../../src/models/clip/tokenizer.ts";
import { transformer } from "../../src/models/transformer/transformer.ts";
import type { TransformerConfig } from "../../src/models/transformer/config.ts";
import { decode, encode } from "../../src/models/vae/autoencoder.ts";
import type { AutoencoderConfig } from "../../src/models/vae/config.ts";
import { type Registry, Scope } from "../../src/nn/index.ts";
import { exportClip, exportDenoiser, exportTextEncoder, writeJson } from "../../src/training/export.ts";
import { initialState } from "../../src/training/index.ts";
import { exportWeights } from "../../src/training/state.ts";

const LENGTH = 8;
const words = ["a", "cat", "hat", "red", "rocket", "wearing"];
const tower = {
  hidden_size: 16,
  intermediate_size: 32,
  num_hidden_layers: 1,
  num_attention_heads: 2,
  layer_norm_eps: 1e-5,
};

const clip: ClipConfig = {
  architectures: ["CLIPModel"],
  model_type: "clip",
  projection_dim: 12,
  logit_scale_init_value: 2,
  text_config: { ...tower, hidden_act: "quick_gelu", vocab_size: words.length + 4, max_position_embeddings: LENGTH },
  vision_config: { ...tower, hidden_act: "quick_gelu", image_size: 32, patch_size: 16 },
};

const vae: AutoencoderConfig = {
  _class_name: "DriftfieldAutoencoder",
  sample_size: 32,
  latent_channels: 8,
  encoder_patch: 4,
  encoder_channels: [8, 8],
  encoder_blocks: [0, 0],
  decoder_channels: [8, 8],
  decoder_blocks: [0, 0],
  decoder_patch: 4,
  latents_mean: Array(8).fill(0),
  latents_std: Array(8).fill(1),
};

const denoiser: TransformerConfig = {
  _class_name: "WanTransformer3DModel",
  patch_size: [1, 1, 1],
  num_attention_heads: 2,
  attention_head_dim: 12,
  in_channels: 8,
  out_channels: 8,
  text_dim: 16,
  freq_dim: 16,
  ffn_dim: 32,
  num_layers: 1,
  cross_attn_norm: true,
  qk_norm: "rms_norm_across_heads",
  eps: 1e-6,
};

/** Random weights for whatever `build` asks of its scope. */
function weightsOf(build: (scope: Scope) => unknown): { registry: Registry; state: ReturnType<typeof initialState> } {
  const scope = new Scope();
  build(scope);
  return { registry: scope.registry, state: initialState(scope.registry, 1) };
}

/** Writes `<folder>/emoji` (text to image, 32x32) and `<folder>/clip`. */
export async function writeTinyModels(folder: string): Promise<void> {
  const tokenizer = wordTokenizerJson(words);
  const towers = weightsOf((scope) => {
    const hidden: Sym = textHiddenStates(scope, input("ids", ["B", LENGTH], "int32"), clip.text_config);
    textEmbedding(scope, hidden, input("end", ["B"], "int32"), clip.projection_dim);
    imageEmbedding(scope, input("pixels", ["B", 32, 32, 3]), clip.vision_config, clip.projection_dim);
    scope.slot("logit_scale", [], { kind: "constant", value: clip.logit_scale_init_value });
  });
  await exportClip(join(folder, "clip"), towers.state, towers.registry, clip, tokenizer);
  const emoji = join(folder, "emoji");
  await exportTextEncoder(emoji, towers.state, towers.registry, clip, tokenizer);

  const autoencoder = weightsOf((scope) => {
    encode(scope.at("encoder"), input("pictures", [1, 32, 32, 3]), vae);
    decode(scope.at("decoder"), input("latents", [1, 4, 4, 8]), vae);
  });
  await mkdir(join(emoji, "vae"), { recursive: true });
  await exportWeights(
    join(emoji, "vae", "diffusion_pytorch_model.safetensors"),
    autoencoder.state,
    autoencoder.registry,
    {},
  );
  await writeJson(join(emoji, "vae", "config.json"), vae);

  const field = weightsOf((scope) =>
    transformer(
      scope,
      {
        x: input("x", ["B", 8, 1, 4, 4]),
        time: input("time", ["B"]),
        text: input("text", ["B", LENGTH, 16]),
        textBias: input("bias", ["B", LENGTH]),
      },
      denoiser,
    ),
  );
  await exportDenoiser(emoji, field.state, field.registry, denoiser, {
    name: "emoji",
    scheduler: { _class_name: "FlowMatchEulerDiscreteScheduler", num_train_timesteps: 1000, shift: 2 },
    defaults: { num_inference_steps: 4, guidance_scale: 3, sampler: "heun" },
  });
}
