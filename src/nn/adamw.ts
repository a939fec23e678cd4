// AdamW (Loshchilov & Hutter 2019, algorithm 2) with clipping by the global norm, as graph: one expression a parameter,
// arranged so that few passes over memory are made.
import { add, constant, div, maximum, mul, square, sqrt, sub, sum, type Sym } from "../graph/index.ts";

export type AdamWOptions = {
  beta1: number;
  beta2: number;
  epsilon: number;
  /** Decoupled: each step takes rate * weightDecay * parameter off. Only matrices decay: see `decays`. */
  weightDecay: number;
  /** True: scales, biases and embeddings decay too, as PyTorch's AdamW has it. */
  decayAll: boolean;
  /** The largest global norm of the gradients; larger ones are scaled down to it. Infinity: never. */
  clipNorm: number;
};

export const adamWDefaults: AdamWOptions = {
  beta1: 0.9,
  beta2: 0.99,
  epsilon: 1e-8,
  weightDecay: 0.01,
  decayAll: false,
  clipNorm: 1,
};

/** Scales and biases (one axis) don't decay, nor do embeddings of places: only matrices and kernels. */
export function decays(name: string, shape: readonly number[]): boolean {
  return shape.length >= 2 && !/(embedding|position|null)/.test(name);
}

/** The Euclidean norm of all gradients together. */
export function globalNorm(gradients: readonly Sym[]): Sym {
  return sqrt(gradients.map((g) => sum(square(g))).reduce((a, b) => add(a, b)));
}

/** Numbers of one step, from the host: the rate, and the bias corrections 1 / (1 - beta^t). */
export type StepNumbers = { rate: Sym; correction1: Sym; correction2: Sym };

type Slot = { parameter: Sym; gradient: Sym; moment1: Sym; moment2: Sym; decay: boolean };

/** The next parameter and moments. `clip` multiplies the gradient (1 where its norm is below the limit). */
export function adamWUpdate(
  slot: Slot,
  clip: Sym,
  numbers: StepNumbers,
  options: AdamWOptions,
): { parameter: Sym; moment1: Sym; moment2: Sym } {
  const { beta1, beta2, epsilon, weightDecay } = options;
  const root = Math.sqrt(1 - beta2);
  const scaled = mul(slot.gradient, mul(clip, root)); // sqrt(1 - beta2) g
  const moment1 = add(mul(slot.moment1, beta1), mul(scaled, (1 - beta1) / root));
  const moment2 = add(mul(slot.moment2, beta2), square(scaled));
  // rate c1 m / (sqrt(c2 v) + eps) = (rate c1 / sqrt(c2)) m / (sqrt(v) + eps / sqrt(c2))
  const root2 = sqrt(numbers.correction2);
  const step = mul(numbers.rate, div(numbers.correction1, root2));
  const direction = div(moment1, add(sqrt(moment2), div(constant(epsilon), root2)));
  const kept =
    slot.decay && weightDecay > 0 ? mul(slot.parameter, sub(1, mul(numbers.rate, weightDecay))) : slot.parameter;
  return { parameter: sub(kept, mul(direction, step)), moment1, moment2 };
}

/** What gradients are multiplied by so that their norm is at most the limit. */
export function clipFactor(norm: Sym, clipNorm: number): Sym {
  return clipNorm === Infinity ? constant(1) : div(constant(clipNorm), maximum(norm, clipNorm));
}
