// random: streams of numbers as arguments. Imports core only.
export type { Generator, GeneratorState } from "./generator.ts";
