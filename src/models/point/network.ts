// The network of points on typed arrays: what sampling runs, without a runtime.
import { DriftfieldError } from "../../core/index.ts";
import { layerSizes, pointWeightShapes, type PointConfig } from "./config.ts";
import { gelu } from "./gelu.ts";

/** Weights by their names in the checkpoint (see pointWeightShapes), float32. */
export type PointWeights = ReadonlyMap<string, Float32Array>;

/** Classes of the points: one each, or one for all. num_classes is the null class: no condition. */
export type Classes = Int32Array | number;

/** The network alone: F at points x (N, dim), told sigma (one for all, or one each). Returns (N, dim). */
export type PointNetwork = (x: Float32Array, sigma: number | Float32Array, classes?: Classes) => Float32Array;

/** Throws DriftfieldError "shape_mismatch" unless `weights` are those that `config` asks for. */
export function checkPointWeights(config: PointConfig, weights: PointWeights): void {
  for (const [name, shape] of pointWeightShapes(config)) {
    const found = weights.get(name);
    const size = shape.reduce((a, b) => a * b, 1);
    if (found?.length === size) continue;
    const received = found === undefined ? "nothing" : `${found.length} numbers`;
    throw new DriftfieldError("shape_mismatch", `the weight ${name} must be [${shape}], got ${received}`, {
      path: name,
      received,
      expected: `[${shape}]`,
      hint: "config.json and model.safetensors must be of the same model: compare hidden_dims",
    });
  }
}

/**
 * The features that the network reads, a row each (N, sizes[0]): x times `scale`, sin and cos of log(sigma) / 2
 * (smalldiffusion, get_sigma_embeds), the class's vector.
 */
export function features(
  config: PointConfig,
  weights: PointWeights,
  x: Float32Array,
  sigma: number | Float32Array,
  classes?: Classes,
): Float32Array {
  const { dim, time_input: timed, cond_dim } = config;
  const width = layerSizes(config)[0];
  const count = x.length / dim;
  const vectors = cond_dim > 0 ? classVectors(config, weights) : undefined;
  const out = new Float32Array(count * width);
  for (let row = 0, at = 0; row < count; row++, at += width) {
    const s = typeof sigma === "number" ? sigma : sigma[row];
    const scale = config.prediction === "edm" ? 1 / Math.hypot(s, config.sigma_data) : 1;
    for (let k = 0; k < dim; k++) out[at + k] = x[row * dim + k] * scale;
    if (timed) {
      out[at + dim] = Math.sin(Math.log(s) / 2);
      out[at + dim + 1] = Math.cos(Math.log(s) / 2);
    }
    if (vectors === undefined) continue;
    const label = typeof classes === "object" ? classes[row] : (classes ?? config.num_classes);
    const from = label * cond_dim;
    for (let k = 0; k < cond_dim; k++) out[at + width - cond_dim + k] = vectors[from + k];
  }
  return out;
}

/** Each class's vector, the null class's last: SiLU of its row of the table, then linear (CondEmbedderLabel). */
function classVectors({ num_classes, cond_dim }: PointConfig, weights: PointWeights): Float32Array {
  const table = weights.get("cond_embed.embeddings.weight")!;
  const [matrix, bias] = [weights.get("cond_embed.mlp.1.weight")!, weights.get("cond_embed.mlp.1.bias")!];
  const out = new Float32Array((num_classes + 1) * cond_dim);
  for (let label = 0; label <= num_classes; label++) {
    for (let o = 0; o < cond_dim; o++) {
      let total = bias[o];
      for (let i = 0; i < cond_dim; i++) {
        const value = table[label * cond_dim + i];
        total += (value / (1 + Math.exp(-value))) * matrix[o * cond_dim + i];
      }
      out[label * cond_dim + o] = total;
    }
  }
  return out;
}

/** The network in plain JavaScript. @throws DriftfieldError "shape_mismatch" for weights that don't fit */
export function pointNetwork(config: PointConfig, weights: PointWeights): PointNetwork {
  checkPointWeights(config, weights);
  const sizes = layerSizes(config);
  const layers = sizes.slice(1).map((out, i) => ({
    out,
    matrix: weights.get(`net.${2 * i}.weight`)!,
    bias: weights.get(`net.${2 * i}.bias`)!,
    last: i + 2 === sizes.length,
  }));
  return (x, sigma, classes) => {
    let hidden = features(config, weights, x, sigma, classes);
    const count = x.length / config.dim;
    for (const { out, matrix, bias, last } of layers) {
      hidden = dense(hidden, count, matrix, bias, out, last);
    }
    return hidden;
  };
}

function dense(
  x: Float32Array, rows: number, matrix: Float32Array, bias: Float32Array, out: number, last: boolean,
): Float32Array {
  const inputs = x.length / rows;
  const y = new Float32Array(rows * out);
  for (let row = 0; row < rows; row++) {
    const from = row * inputs;
    for (let o = 0; o < out; o++) {
      const at = o * inputs;
      let total = bias[o];
      for (let i = 0; i < inputs; i++) total += x[from + i] * matrix[at + i];
      y[row * out + o] = last ? total : gelu(total);
    }
  }
  return y;
}
