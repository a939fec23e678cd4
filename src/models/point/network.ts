// The network of points on typed arrays: what sampling runs, without a runtime.
import { DriftfieldError } from "../../core/index.ts";
import { layerSizes, pointWeightShapes, type PointConfig } from "./config.ts";
import { gelu } from "./gelu.ts";
import { LANES, layerKernel, ROWS } from "./layer-kernel.ts";

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
 * What the network sees of x (N, dim) and the noise level, a row of dim (+ 2) each: x times its scale, sin and cos of
 * log(sigma) / 2 (smalldiffusion, get_sigma_embeds). Rows lie `width` apart, for what comes after.
 */
export function pointFeatures(
  config: PointConfig,
  x: Float32Array,
  sigma: number | Float32Array,
  width: number = config.dim + (config.time_input ? 2 : 0),
): Float32Array {
  const { dim, time_input: timed } = config;
  const count = x.length / dim;
  const out = new Float32Array(count * width);
  for (let row = 0, at = 0; row < count; row++, at += width) {
    const s = typeof sigma === "number" ? sigma : sigma[row];
    const scale = config.prediction === "edm" ? 1 / Math.sqrt(s * s + config.sigma_data ** 2) : 1;
    for (let k = 0; k < dim; k++) out[at + k] = x[row * dim + k] * scale;
    if (!timed) continue;
    out[at + dim] = Math.sin(Math.log(s) / 2);
    out[at + dim + 1] = Math.cos(Math.log(s) / 2);
  }
  return out;
}

/** The features with the class's vector at the end of each row: what the first layer multiplies. */
function firstInput(
  config: PointConfig,
  vectors: Float32Array | undefined,
  x: Float32Array,
  sigma: number | Float32Array,
  classes: Classes = config.num_classes,
): Float32Array {
  const width = layerSizes(config)[0];
  const out = pointFeatures(config, x, sigma, width);
  if (vectors === undefined) return out;
  const size = config.cond_dim;
  for (let row = 0, end = width; end <= out.length; row++, end += width) {
    const from = (typeof classes === "number" ? classes : classes[row]) * size;
    for (let k = 0; k < size; k++) out[end - size + k] = vectors[from + k];
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

/** A hidden stack of layers: from the first layer's input (N, sizes[0]) to F (N, dim). */
type Stack = (input: Float32Array, count: number) => Float32Array;
type Layer = { matrix: Float32Array; bias: Float32Array; inputs: number; outputs: number; last: boolean };

/** The network. `plain`: in JavaScript even where there is SIMD. @throws "shape_mismatch" for weights that don't fit */
export function pointNetwork(config: PointConfig, weights: PointWeights, { plain = false } = {}): PointNetwork {
  checkPointWeights(config, weights);
  const sizes = layerSizes(config);
  const layers = sizes.slice(1).map((outputs, i) => ({
    inputs: sizes[i],
    outputs,
    matrix: weights.get(`net.${2 * i}.weight`)!,
    bias: weights.get(`net.${2 * i}.bias`)!,
    last: i + 2 === sizes.length,
  }));
  const stack = (plain ? null : vectorStack(layers)) ?? plainStack(layers);
  const vectors = config.cond_dim > 0 ? classVectors(config, weights) : undefined;
  return (x, sigma, classes) => stack(firstInput(config, vectors, x, sigma, classes), x.length / config.dim);
}

function plainStack(layers: readonly Layer[]): Stack {
  return (input, count) =>
    layers.reduce((x, { matrix, bias, outputs, last }) => dense(x, count, matrix, bias, outputs, last), input);
}

const padded = (size: number): number => Math.ceil(size / LANES) * LANES;

/** The layers by the SIMD kernel, eight points at a time; null where there is none. */
function vectorStack(layers: readonly Layer[]): Stack | null {
  // Memory: two activations [feature][8 points], then each layer's weights [output / 4][input][4] and biases.
  const widest = Math.max(...layers.flatMap(({ inputs, outputs }) => [padded(inputs), padded(outputs)]));
  const sides = [0, 4 * ROWS * widest];
  let end = 8 * ROWS * widest;
  const places = layers.map(({ inputs, outputs }) => {
    const matrix = end;
    const bias = matrix + 4 * padded(inputs) * padded(outputs);
    end = bias + 4 * padded(outputs);
    return { matrix, bias };
  });
  const memory = new WebAssembly.Memory({ initial: Math.ceil(end / 65536) });
  const run = layerKernel(memory);
  if (run === null) return null;
  const cells = new Float32Array(memory.buffer);
  layers.forEach(({ matrix, bias, inputs, outputs }, k) => {
    cells.set(bias, places[k].bias / 4);
    const from = places[k].matrix / 4;
    for (let o = 0; o < outputs; o++) {
      const block = from + Math.floor(o / LANES) * padded(inputs) * LANES + (o % LANES);
      for (let i = 0; i < inputs; i++) cells[block + i * LANES] = matrix[o * inputs + i];
    }
  });
  const width = layers[0].inputs;
  const dim = layers[layers.length - 1].outputs;
  return (input, count) => {
    const out = new Float32Array(count * dim);
    for (let first = 0; first < count; first += ROWS) {
      const rows = Math.min(ROWS, count - first);
      cells.fill(0, 0, ROWS * padded(width));
      for (let r = 0; r < rows; r++) {
        for (let i = 0; i < width; i++) cells[i * ROWS + r] = input[(first + r) * width + i];
      }
      layers.forEach(({ inputs, outputs, last }, k) => {
        const { matrix, bias } = places[k];
        const [from, to] = k % 2 === 0 ? sides : [sides[1], sides[0]];
        run(from, matrix, bias, to, padded(inputs) / LANES, padded(outputs) / LANES, last ? 0 : 1);
      });
      const result = sides[layers.length % 2] / 4;
      for (let r = 0; r < rows; r++) {
        for (let o = 0; o < dim; o++) out[(first + r) * dim + o] = cells[result + o * ROWS + r];
      }
    }
    return out;
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
