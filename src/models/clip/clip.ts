// CLIP (Radford et al. 2021): a text transformer and an image transformer with a common space. Names and order of
// operations are those of transformers' CLIPModel (modeling_clip.py), so that its checkpoints load as they are.
import {
  add,
  cast,
  concat,
  constant,
  div,
  gelu,
  geluTanh,
  less,
  linear,
  matmul,
  mul,
  oneHot,
  quickGelu,
  range,
  relu,
  reshape,
  silu,
  slice,
  sqrt,
  square,
  sum,
  transpose,
  type Sym,
} from "../../graph/index.ts";
import {
  clipNames,
  denseLayer,
  embeddingLayer,
  layerNormLayer,
  multiHeadAttention,
  normal,
  type Init,
  type Scope,
} from "../../nn/index.ts";
import type { ClipTextConfig, ClipVisionConfig } from "./config.ts";

const HIDDEN = -1e9; // added to scores that must not be seen

const activations = { quick_gelu: quickGelu, gelu, gelu_new: geluTanh, gelu_pytorch_tanh: geluTanh, relu, silu };

/** A tower's sizes; published ones know more activations than those that we train. */
type Tower<T extends ClipTextConfig | ClipVisionConfig> = Omit<T, "hidden_act"> & {
  hidden_act: keyof typeof activations;
};

/** How a layer attends: `mappedAttention` for weights that stay in their file. */
type Attend = (scope: Scope, x: Sym, options: AttendOptions) => Sym;
type AttendOptions = { heads: number; names: typeof clipNames; init: Init; bias?: Sym };

/** The states before the first layer, and after each. */
function encoderLayers(
  scope: Scope,
  x: Sym,
  config: Tower<ClipTextConfig | ClipVisionConfig>,
  { bias, attend = multiHeadAttention }: { bias?: Sym; attend?: Attend },
): readonly Sym[] {
  const { num_attention_heads: heads, layer_norm_eps: epsilon, intermediate_size } = config;
  const activation = activations[config.hidden_act];
  const init = normal(config.hidden_size ** -0.5 * 0.7);
  const states = [x];
  for (let i = 0; i < config.num_hidden_layers; i++) {
    const layer = scope.at("layers").at(i);
    const normed = layerNormLayer(layer.at("layer_norm1"), x, epsilon);
    x = add(x, attend(layer.at("self_attn"), normed, { heads, names: clipNames, init, ...(bias && { bias }) }));
    const inner = denseLayer(
      layer.at("mlp").at("fc1"),
      layerNormLayer(layer.at("layer_norm2"), x, epsilon),
      intermediate_size,
      { init },
    );
    x = add(x, denseLayer(layer.at("mlp").at("fc2"), activation(inner), config.hidden_size));
    states.push(x);
  }
  return states;
}

/** Later tokens are hidden from earlier ones: (1, 1, T, T). */
function causalBias(length: number): Sym {
  const values = Float32Array.from({ length: length * length }, (_, i) =>
    i % length > Math.floor(i / length) ? HIDDEN : 0,
  );
  return constant(values, [1, 1, length, length]);
}

/**
 * The text tower. `ids` (B, T) integers; every place sees those before it. Returns the last hidden states after the
 * final norm (B, T, C): what a denoiser is conditioned on.
 */
export const textHiddenStates = (scope: Scope, ids: Sym, config: ClipTextConfig): Sym =>
  textTower(scope, ids, config).last;

/**
 * The same, and `skipped`: the states `skip` layers earlier after the same norm (the pipelines' clip_skip; 1 is the
 * penultimate).
 */
export function textTower(
  scope: Scope,
  ids: Sym,
  config: Tower<ClipTextConfig>,
  options: { attend?: Attend; skip?: number } = {},
): { last: Sym; skipped: Sym } {
  const model = scope.at("text_model");
  const length = ids.shape[1] as number;
  const tokens = embeddingLayer(
    model.at("embeddings").at("token_embedding"),
    ids,
    config.vocab_size,
    config.hidden_size,
  );
  const places = model.at("embeddings").at("position_embedding");
  const table = places.slot("weight", [config.max_position_embeddings, config.hidden_size], normal(0.01));
  const x = add(tokens, slice(table, 0, 0, length)); // (B, T, C)
  const states = encoderLayers(model.at("encoder"), x, config, { ...options, bias: causalBias(length) });
  const normed = (state: Sym): Sym => layerNormLayer(model.at("final_layer_norm"), state, config.layer_norm_eps);
  const { skip = 0 } = options;
  const last = normed(states[states.length - 1]);
  return { last, skipped: skip === 0 ? last : normed(states[states.length - 1 - skip]) };
}

/** The hidden state (B, T, C) at each text's end token (`end` (B), its place): (B, C). */
export function statesAt(hidden: Sym, end: Sym): Sym {
  const [batch, length, width] = hidden.shape;
  const pick = reshape(oneHot(end, length as number), [batch, 1, length]);
  return reshape(matmul(pick, hidden), [batch, width]);
}

/** The same, projected: (B, projection). */
export function textEmbedding(scope: Scope, hidden: Sym, end: Sym, projection: number): Sym {
  const init = normal((hidden.shape[2] as number) ** -0.5);
  return denseLayer(scope.at("text_projection"), statesAt(hidden, end), projection, { bias: false, init });
}

/** The image tower. `pixels` (B, S, S, 3), normalised; returns (B, projection). */
export function imageEmbedding(
  scope: Scope,
  pixels: Sym,
  config: Tower<ClipVisionConfig>,
  projection: number,
  options: { attend?: Attend } = {},
): Sym {
  const model = scope.at("vision_model");
  const { hidden_size: width, patch_size: patch, image_size: size, layer_norm_eps: epsilon } = config;
  const batch = pixels.shape[0];
  const side = size / patch;
  const embeddings = model.at("embeddings");
  const cut = reshape(pixels, [batch, side, patch, side, patch, 3]);
  const patches = reshape(transpose(cut, [0, 1, 3, 5, 2, 4]), [batch, side * side, 3 * patch * patch]);
  const kernel = embeddings
    .at("patch_embedding")
    .slot("weight", [width, 3, patch, patch], normal(0.7 * (3 * patch * patch) ** -0.5));
  const seen = linear(patches, reshape(kernel, [width, 3 * patch * patch])); // (B, N, C)
  const first = embeddings.slot("class_embedding", [width], normal(width ** -0.5));
  const ones = mul(slice(slice(seen, 1, 0, 1), 2, 0, 1), 0); // (B, 1, 1) zeros, open in B
  const classToken = add(ones, reshape(first, [1, 1, width]));
  const places = embeddings.at("position_embedding").slot("weight", [side * side + 1, width], normal(0.02));
  const x = layerNormLayer(model.at("pre_layrnorm"), add(concat([classToken, seen], 1), places), epsilon);
  const y = encoderLayers(model.at("encoder"), x, config, options).at(-1)!;
  const pooled = layerNormLayer(model.at("post_layernorm"), reshape(slice(y, 1, 0, 1), [batch, width]), epsilon);
  return denseLayer(scope.at("visual_projection"), pooled, projection, { bias: false, init: normal(width ** -0.5) });
}

/** Rows of unit length. */
export const unit = (x: Sym): Sym => div(x, sqrt(add(sum(square(x), { axes: [x.rank - 1], keep: true }), 1e-12)));

/** 1 where a token stands at or before the end, else 0: (B, T). */
export function tokenMask(end: Sym, length: number): Sym {
  const places = reshape(range(length), [1, length]);
  const before = cast(places, "float32");
  const ends = cast(reshape(end, [end.shape[0], 1]), "float32");
  return cast(less(before, add(ends, 0.5)), "float32");
}
