// random: streams of numbers as arguments. Imports core only.
export { brownianIncrement, incrementOf, type BrownianPath } from "./brownian.ts";
export { counterNormal, counterUniform, normalQuantile, type CounterKey } from "./counter.ts";
export { counterGenerator } from "./counter-generator.ts";
export type { Generator, GeneratorState } from "./generator.ts";
export { generatorFromState } from "./restore.ts";
export { torchGenerator, type TorchDtype } from "./torch-generator.ts";
