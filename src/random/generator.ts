// What a source of random numbers is, to samplers and trainers: an argument, never a global.
import type { Tensor } from "../core/index.ts";
import type { BrownianPath } from "./brownian.ts";

/** Where a generator stands, as plain JSON data: kept in checkpoints and step records. */
export type GeneratorState = { kind: string; [key: string]: unknown };

/** A stream of random numbers. Each call moves it on; `generatorFromState(state())` goes on from where it is. */
export interface Generator {
  /** Standard normal numbers. */
  randn(shape: readonly number[]): Tensor;
  /** Uniform in [0, 1). */
  rand(shape: readonly number[]): Tensor;
  /** Integers in [low, high): at most 2^24 of them, none beyond 2^24 in size, since they come as float32. */
  randint(low: number, high: number, shape: readonly number[]): Tensor;
  /** A permutation of 0 .. n-1. */
  randperm(n: number): Int32Array;
  /**
   * The whole numbers that tell this stream from others, wherever in it the generator stands: what a Brownian path is
   * seeded with. Left out by sources that have none.
   */
  readonly entropy?: readonly number[];
  /**
   * The increment W(to) - W(from) of a Brownian path over [path.start, path.end]. Left out by sources whose path
   * `entropy` tells; one that stands for several (a batch) has theirs.
   */
  increment?(path: Omit<BrownianPath, "entropy">, from: number, to: number): Float32Array;
  /** Where it stands now: plain JSON data, unaffected by later calls. */
  state(): GeneratorState;
}
