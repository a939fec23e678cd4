// Random numbers as PyTorch draws them on a CPU, so that a seed means the same picture there and here.
// Follows aten/src/ATen/native/cpu/DistributionTemplates.h and core/DistributionsHelper.h of PyTorch 2.13.
import { DriftfieldError, sizeOf } from "../core/index.ts";
import { checkCount } from "./counter.ts";
import { checkRange } from "./counter-generator.ts";
import type { Generator, GeneratorState } from "./generator.ts";
import { seedWords, twister, type Twister } from "./mt19937.ts";

/** Which of PyTorch's streams: they differ. float64 numbers come rounded to float32, as all tensors here. */
export type TorchDtype = "float32" | "float64";

/**
 * The numbers of torch.Generator("cpu").manual_seed(seed): rand, randint, randperm and randn of fewer than 16 numbers
 * bit for bit, and so is all of float64; randn of 16 and more within 5e-7 of PyTorch on a CPU with AVX2, within 2e-6 of
 * PyTorch on any (its own kernels differ by that much).
 * @param seed a whole number from 0 to 2^53 - 1; PyTorch uses its lower 32 bits
 * @throws DriftfieldError "invalid_option" for another seed
 */
export function torchGenerator(seed: number, options: { dtype?: TorchDtype } = {}): Generator {
  checkCount("seed", seed, Number.MAX_SAFE_INTEGER);
  return torchGeneratorFrom(twister(seedWords(seed)), { kept: null, dtype: options.dtype ?? "float32", seed });
}

/** The generator that `state` (what its `state()` gave) was taken from, at that point. */
export function restoreTorchGenerator(state: GeneratorState): Generator {
  const { words, used, kept, dtype, seed } = state;
  const isWord = (word: unknown) => Number.isInteger(word) && (word as number) >= 0 && (word as number) < 2 ** 32;
  const wordsFit = Array.isArray(words) && words.length === 624 && words.every(isWord);
  const usedFits = Number.isInteger(used) && (used as number) >= 0 && (used as number) <= 624;
  const keptFits = kept === null || Number.isFinite(kept);
  if (!wordsFit || !usedFits || !keptFits || (dtype !== "float32" && dtype !== "float64")) {
    throw new DriftfieldError("invalid_option", "this isn't the state of a torch generator", {
      path: "state",
      received: state,
      expected: "624 words, used from 0 to 624, kept a number or null, dtype float32 or float64",
      hint: "Pass what the generator's state() returned.",
    });
  }
  const own = typeof seed === "number" ? seed : undefined;
  const rest: Rest = { kept: kept as number | null, dtype: dtype as TorchDtype, seed: own };
  return torchGeneratorFrom(twister(Uint32Array.from(words), used as number), rest);
}

/** `kept`: the second value of the last pair that a short randn made, used by the next short one. */
type Rest = { kept: number | null; dtype: TorchDtype; seed?: number };

function torchGeneratorFrom(twister: Twister, { kept, dtype, seed }: Rest): Generator {
  const uniform64 = () => {
    const high = twister.next() & 0x1fffff; // 53 bits in all
    return (high * 2 ** 32 + twister.next()) * 2 ** -53;
  };
  const uniform = dtype === "float64" ? uniform64 : () => (twister.next() & 0xffffff) * 2 ** -24;

  /** One number of Box and Muller's pair at a time. */
  const oneNormal = () => {
    if (kept !== null) {
      const value = kept;
      kept = null;
      return value;
    }
    const angle = 2 * Math.PI * uniform64();
    const radius = Math.sqrt(-2 * Math.log1p(-uniform64()));
    kept = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };

  return {
    entropy: seed === undefined ? undefined : [seed],
    randn(shape) {
      const data = new Float32Array(sizeOf(shape));
      if (data.length < 16) for (let i = 0; i < data.length; i++) data[i] = oneNormal();
      else fillNormal(data, uniform, dtype === "float64" ? (x) => x : Math.fround);
      return { data, shape };
    },
    rand(shape) {
      const data = new Float32Array(sizeOf(shape));
      for (let i = 0; i < data.length; i++) data[i] = uniform();
      return { data, shape };
    },
    randint(low, high, shape) {
      checkRange(low, high);
      const data = new Float32Array(sizeOf(shape));
      for (let i = 0; i < data.length; i++) data[i] = low + (twister.next() % (high - low));
      return { data, shape };
    },
    randperm(n) {
      const order = Int32Array.from({ length: n }, (_, i) => i);
      for (let i = 0; i < n - 1; i++) {
        const other = i + (twister.next() % (n - i));
        const here = order[i];
        order[i] = order[other];
        order[other] = here;
      }
      return order;
    },
    state: () => ({ kind: "torch", dtype, seed, kept, ...twister.state() }),
  };
}

/** Rounds as the stream's arithmetic does. */
type Round = (x: number) => number;

/** Uniforms for all numbers first, then each 16 of them in place; a last part of a block is drawn again, whole. */
function fillNormal(data: Float32Array, uniform: () => number, round: Round): void {
  const uniforms = Float64Array.from(data, uniform);
  const whole = data.length - (data.length % 16);
  for (let start = 0; start < whole; start += 16) normalBlock(data, start, uniforms, start, round);
  if (whole === data.length) return;
  normalBlock(data, data.length - 16, Float64Array.from({ length: 16 }, uniform), 0, round);
}

/**
 * Box and Muller's pairs: numbers j and j + 8 of a block of 16. float32 is rounded where PyTorch's vector kernel for
 * AVX2 rounds, which leaves one unit in the last place between its approximations and these.
 */
function normalBlock(out: Float32Array, to: number, uniforms: Float64Array, from: number, round: Round): void {
  const turn = round(2 * Math.PI);
  for (let j = 0; j < 8; j++) {
    const radius = round(Math.sqrt(-2 * round(Math.log(1 - uniforms[from + j]))));
    const angle = round(turn * uniforms[from + j + 8]);
    out[to + j] = radius * round(Math.cos(angle));
    out[to + j + 8] = radius * round(Math.sin(angle));
  }
}
