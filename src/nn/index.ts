// nn: layers, parameter trees, the optimiser. Imports core and graph.
export { adamWDefaults, decays, type AdamWOptions } from "./adamw.ts";
export { flatSize, fusedTrainingGraph } from "./fused-step.ts";
export { convLayer, denseLayer, embeddingLayer, layerNormLayer } from "./layers.ts";
export { fanIn, normal, one, Scope, zero, type Init, type Registry, type Slot } from "./scope.ts";
export {
  gradientGraph,
  registryOf,
  STATE_GROUPS,
  trainingGraph,
  updateGraph,
  type BatchShapes,
  type LossFunction,
  type TrainingGraph,
} from "./training-step.ts";
export {
  clipNames,
  denseLayersTogether,
  diffusersNames,
  joinHeads,
  mappedAttention,
  multiHeadAttention,
  splitHeads,
  type AttentionOptions,
} from "./attention.ts";
