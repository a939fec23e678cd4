// What is timed: one training step (forward, backward, clip, AdamW, EMA) of two models; torch_side.py holds the same.
import { add, gelu, meanSquaredError, silu, type Sym } from "../src/graph/index.ts";
import {
  clipNames, denseLayer, layerNormLayer, multiHeadAttention, type BatchShapes, type LossFunction, type Scope,
} from "../src/nn/index.ts";

export type Workload = {
  title: string;
  batch: BatchShapes;
  loss: LossFunction;
  /** Steps in one run of the engine: small models are bound by calls. */
  stepsPerRun: number;
  /** Steps of one turn. */
  turn: number;
  /** The largest ratio to PyTorch's time that we want. */
  goal: number;
};

const [WIDTH, HEADS, LAYERS, TOKENS, BATCH] = [256, 4, 6, 64, 32];

function block(scope: Scope, x: Sym): Sym {
  const options = { heads: HEADS, names: clipNames };
  const attended = add(x, multiHeadAttention(scope.at("attention"), layerNormLayer(scope.at("norm1"), x), options));
  const hidden = gelu(denseLayer(scope.at("fc1"), layerNormLayer(scope.at("norm2"), attended), 4 * WIDTH));
  return add(attended, denseLayer(scope.at("fc2"), hidden, WIDTH)); // (B, T, C)
}

const tokens = { shape: [BATCH, TOKENS, WIDTH], dtype: "float32" } as const;
const transformer: Workload = {
  title: `transformer, ${LAYERS} layers, width ${WIDTH}, ${TOKENS} tokens, batch ${BATCH}`,
  batch: { x: tokens, y: tokens },
  loss: (scope, { x, y }) => {
    const top = Array.from({ length: LAYERS }, (_, i) => i).reduce((h, i) => block(scope.at("blocks").at(i), h), x);
    return { loss: meanSquaredError(denseLayer(scope.at("out"), layerNormLayer(scope.at("norm"), top), WIDTH), y) };
  },
  stepsPerRun: 1,
  turn: 3,
  goal: 0.9,
};

const [POINTS, HIDDEN] = [2048, 128];

const points: Workload = {
  title: `point MLP, 3 hidden layers of ${HIDDEN}, batch ${POINTS}`,
  batch: { x: { shape: [POINTS, 3], dtype: "float32" }, y: { shape: [POINTS, 2], dtype: "float32" } },
  loss: (scope, { x, y }) => {
    const top = ["0", "1", "2"].reduce((h, name) => silu(denseLayer(scope.at(name), h, HIDDEN)), x); // (N, 128)
    return { loss: meanSquaredError(denseLayer(scope.at("out"), top, 2), y) };
  },
  stepsPerRun: 8,
  turn: 64,
  goal: 0.65,
};

export const workloads: Record<string, Workload> = { transformer, points };
