// core: the types that every room speaks. Imports nothing.
export { breathe } from "./breathe.ts";
export { DriftfieldError, throwIfAborted, type ErrorCode, type ErrorDetails } from "./error.ts";
export { assertKnownKeys } from "./known-keys.ts";
export { editDistance, nearestNames } from "./nearest.ts";
export type { OnProgress, ProgressEvent } from "./progress.ts";
export * as wasm from "./wasm.ts";
export { sizeOf, tensor, type Tensor } from "./tensor.ts";
