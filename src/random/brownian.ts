// A Brownian path that is the same whichever parts of it are asked for, in whichever order: noise for SDE solvers.
import { sizeOf } from "../core/index.ts";
import type { Generator } from "./generator.ts";
import { seedSequence } from "./seed-sequence.ts";
import { torchGenerator } from "./torch-generator.ts";

/** Which path: on [start, end], one for each number of `shape`, told by whole numbers. */
export type BrownianPath = {
  readonly entropy: readonly number[];
  readonly start: number;
  readonly end: number;
  readonly shape: readonly number[];
};

const poolSize = 24;
const { fround } = Math;

/**
 * The path's increment W(to) - W(from). Times are held to [start, end] and rounded to 6 digits. The interval is halved
 * until halves begin and end where asked; a half's increment is normal given the whole's, drawn from a seed that its
 * place in the tree names. Numbers equal torchsde's BrownianInterval(entropy, tol=1e-6, pool_size=24,
 * halfway_tree=True), which k-diffusion and diffusers use. Costs up to 2 x 24 normal numbers each.
 */
export function brownianIncrement(path: BrownianPath, from: number, to: number): Float32Array {
  const [start, end] = [rounded(path.start), rounded(path.end)];
  const held = (time: number) => rounded(Math.min(Math.max(time, start), end));
  const asked = { from: held(from), to: held(to) };
  const total = new Float32Array(sizeOf(path.shape));
  if (asked.from >= asked.to) return total;
  const whole = normal(path, seedSequence(path.entropy, [], 1, poolSize)[0]);
  const scale = fround(Math.sqrt(path.end - path.start));
  gather(path, asked, { start, end, key: 0, depth: 0, increment: whole.map((z) => z * scale) }, total);
  return total;
}

/** The increment of the path that `source` has: its own, or the one that its entropy tells. Undefined without both. */
export function incrementOf(
  { entropy, increment }: Pick<Generator, "entropy" | "increment">,
  path: Omit<BrownianPath, "entropy">,
  from: number,
  to: number,
): Float32Array | undefined {
  if (increment !== undefined) return increment(path, from, to);
  return entropy && brownianIncrement({ ...path, entropy }, from, to);
}

type Node = { start: number; end: number; key: number; depth: number; increment: Float32Array };

/** Adds the increments of the parts of `node` that lie within the interval asked for, from left to right. */
function gather(path: BrownianPath, asked: { from: number; to: number }, node: Node, total: Float32Array): void {
  const { start, end, key, depth, increment } = node;
  if (asked.from <= start && end <= asked.to) {
    for (let i = 0; i < total.length; i++) total[i] += increment[i];
    return;
  }
  const middle = rounded(0.5 * (end + start));
  const z = normal(path, seedSequence(path.entropy, [key, depth], 1, poolSize)[0]);
  const [left, perLength] = [fround(middle - start), fround(1 / (end - start))];
  const spread = fround(Math.sqrt(((middle - start) * (end - middle)) / (end - start)));
  const first = increment.map((w, i) => fround(fround(left * w) * perLength) + fround(spread * z[i]));
  if (asked.from < middle) {
    gather(path, asked, { start, end: middle, key: 2 * key, depth: depth + 1, increment: first }, total);
  }
  if (asked.to > middle) {
    const rest = increment.map((w, i) => w - first[i]);
    gather(path, asked, { start: middle, end, key: 2 * key + 1, depth: depth + 1, increment: rest }, total);
  }
}

function normal({ shape }: BrownianPath, seed: number): Float32Array {
  return torchGenerator(seed).randn(shape).data;
}

/** To 6 digits, half to even, of the number as it is stored: Python's round. */
function rounded(time: number): number {
  const halves = time * 128; // only multiples of 1/128 can lie exactly half way
  if (!Number.isInteger(halves)) return Number(time.toFixed(6));
  const scaled = halves * 7812.5;
  const floor = Math.floor(scaled);
  return (scaled - floor === 0.5 ? floor + (floor % 2) : Math.round(scaled)) / 1e6;
}
