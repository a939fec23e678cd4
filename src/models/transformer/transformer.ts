// The denoiser: a transformer over latent tokens of frames, rows and columns (a picture is a clip of one frame). Time
// comes in through adaptive norm, text through cross attention. Names and order of operations are those of diffusers'
// WanTransformer3DModel (transformer_wan.py); Peebles & Xie 2023 for the adaptive norm.
import {
  add,
  concat,
  constant,
  cos,
  geluTanh,
  layerNorm,
  linear,
  mul,
  reshape,
  rmsNorm,
  silu,
  sin,
  split,
  sub,
  transpose,
  type Sym,
} from "../../graph/index.ts";
import {
  denseLayer,
  diffusersNames,
  layerNormLayer,
  multiHeadAttention,
  normal,
  one,
  type Scope,
  zero,
} from "../../nn/index.ts";
import type { TransformerConfig } from "./config.ts";
import { rotate } from "./rotary.ts";

export type TransformerInputs = {
  /** Latents (B, C, F, H, W). */
  x: Sym;
  /** Model time (B), 0 to 1000. */
  time: Sym;
  /** Text states (B, L, text_dim). */
  text: Sym;
  /** Added to the scores of the text tokens: (B, L), large negative where there is none. */
  textBias?: Sym;
};

/** A mask (B, L) of 1 and 0 as `textBias`. */
export const textBiasOf = (mask: Sym): Sym => mul(sub(constant(1), mask), -1e9);

/** [cos, sin] of time times falling frequencies: (B) to (B, size). */
export function timeFrequencies(time: Sym, size: number): Sym {
  const half = size / 2;
  const frequencies = Float32Array.from({ length: half }, (_, i) => 10_000 ** (-i / half));
  const angles = mul(reshape(time, [time.shape[0], 1]), constant(frequencies, [1, half]));
  return concat([cos(angles), sin(angles)], 1);
}

const modulate = (x: Sym, shift: Sym, scale: Sym): Sym => add(mul(x, add(scale, 1)), shift);

type Conditions = { text: Sym; textBias?: Sym; modulation: Sym; grid: readonly number[] };

function block(scope: Scope, x: Sym, { text, textBias, modulation, grid }: Conditions, config: TransformerConfig): Sym {
  const { num_attention_heads: heads, eps, ffn_dim } = config;
  const width = x.shape[2] as number;
  const init = normal(0.6 * width ** -0.5);
  const table = scope.slot("scale_shift_table", [1, 6, width], normal(width ** -0.5));
  // each (B, 1, C)
  const [shift1, scale1, gate1, shift2, scale2, gate2] = split(add(table, modulation), [1, 1, 1, 1, 1, 1], 1);
  const prepare =
    (attention: Scope) =>
    (q: Sym, k: Sym): [Sym, Sym] =>
      config.qk_norm === null
        ? [q, k]
        : [
            rmsNorm(q, attention.at("norm_q").slot("weight", [width], one), eps),
            rmsNorm(k, attention.at("norm_k").slot("weight", [width], one), eps),
          ];

  const self = scope.at("attn1");
  const seen = modulate(layerNorm(x, undefined, undefined, eps), shift1, scale1);
  const options = { heads, names: diffusersNames, init };
  x = add(
    x,
    mul(multiHeadAttention(self, seen, { ...options, prepare: prepare(self), rotate: (y) => rotate(y, grid) }), gate1),
  );

  const cross = scope.at("attn2");
  const asked = config.cross_attn_norm ? layerNormLayer(scope.at("norm2"), x, eps) : x;
  x = add(
    x,
    multiHeadAttention(cross, asked, {
      ...options,
      context: text,
      prepare: prepare(cross),
      ...(textBias && { bias: textBias }),
    }),
  );

  const fed = modulate(layerNorm(x, undefined, undefined, eps), shift2, scale2);
  const inner = geluTanh(denseLayer(scope.at("ffn.net.0.proj"), fed, ffn_dim, { init }));
  return add(x, mul(denseLayer(scope.at("ffn.net.2"), inner, width, { init: normal(0.6 * ffn_dim ** -0.5) }), gate2));
}

/** Model time (B) to its embedding (B, C) and what it does to every block: (B, 6, C). */
function timeModulation(embedder: Scope, time: Sym, width: number, frequencies: number) {
  const clock = embedder.at("time_embedder");
  const init = normal(0.05);
  const inner = silu(denseLayer(clock.at("linear_1"), timeFrequencies(time, frequencies), width, { init }));
  const fromTime = denseLayer(clock.at("linear_2"), inner, width, { init });
  const each = denseLayer(embedder.at("time_proj"), silu(fromTime), 6 * width, { init: normal(0.02) });
  return { fromTime, modulation: reshape(each, [time.shape[0], 6, width]) };
}

/** Text states (B, L, text_dim) to the transformer's width (B, L, C). */
function embedText(embedder: Scope, text: Sym, width: number): Sym {
  const inner = geluTanh(denseLayer(embedder.at("linear_1"), text, width));
  return denseLayer(embedder.at("linear_2"), inner, width);
}

type Patches = { size: readonly number[]; grid: readonly number[] };

/** Latents (B, C, F, H, W) to tokens (B, T, width), one a patch: a convolution whose stride is its kernel. */
function patchEmbedding(entry: Scope, x: Sym, { size: [pf, ph, pw], grid }: Patches, width: number): Sym {
  const [batch, channels] = x.shape as [number | string, number];
  const numbers = channels * pf * ph * pw;
  // (B, C, f, pf, h, ph, w, pw) to (B, f h w, C pf ph pw), the order of a convolution's kernel.
  const cut = reshape(x, [batch, channels, grid[0], pf, grid[1], ph, grid[2], pw]);
  const rows = reshape(transpose(cut, [0, 2, 4, 6, 1, 3, 5, 7]), [batch, grid[0] * grid[1] * grid[2], numbers]);
  const kernel = entry.slot("weight", [width, channels, pf, ph, pw], normal(numbers ** -0.5));
  return add(linear(rows, reshape(kernel, [width, numbers])), entry.slot("bias", [width], zero));
}

/** Tokens (B, T, pf ph pw C) back to where they lie: (B, C, F, H, W). */
function unpatch(tokens: Sym, { size: [pf, ph, pw], grid: [f, h, w] }: Patches, channels: number): Sym {
  const apart = reshape(tokens, [tokens.shape[0], f, h, w, pf, ph, pw, channels]);
  const placed = transpose(apart, [0, 7, 1, 4, 2, 5, 3, 6]);
  return reshape(placed, [tokens.shape[0], channels, f * pf, h * ph, w * pw]);
}

/** The model's prediction at (x, time) given text: (B, C, F, H, W), in the model's own prediction type. */
export function transformer(
  scope: Scope,
  { x, time, text, textBias }: TransformerInputs,
  config: TransformerConfig,
): Sym {
  const width = config.num_attention_heads * config.attention_head_dim;
  const [batch, , ...sizes] = x.shape as [number | string, number, number, number, number];
  const size = config.patch_size;
  const grid = sizes.map((length, axis) => length / size[axis]);
  const patches = { size, grid };

  const embedder = scope.at("condition_embedder");
  const { fromTime, modulation } = timeModulation(embedder, time, width, config.freq_dim);
  const words = embedText(embedder.at("text_embedder"), text, width);
  let hidden = patchEmbedding(scope.at("patch_embedding"), x, patches, width); // (B, T, C)
  const bias = textBias && reshape(textBias, [batch, 1, 1, textBias.shape[1]]);
  const conditions: Conditions = { text: words, modulation, grid, ...(bias && { textBias: bias }) };
  for (let i = 0; i < config.num_layers; i++) hidden = block(scope.at("blocks").at(i), hidden, conditions, config);

  const table = scope.slot("scale_shift_table", [1, 2, width], normal(width ** -0.5));
  const [shift, scale] = split(add(table, reshape(fromTime, [batch, 1, width])), [1, 1], 1);
  const last = modulate(layerNorm(hidden, undefined, undefined, config.eps), shift, scale);
  const numbers = config.out_channels * size[0] * size[1] * size[2];
  return unpatch(denseLayer(scope.at("proj_out"), last, numbers, { init: zero }), patches, config.out_channels);
}
