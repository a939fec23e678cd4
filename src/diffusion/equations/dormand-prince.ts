// One step of Dormand and Prince's pair of orders 5 and 4: six evaluations, the seventh serves the next step too.

/** dy/dt at (t, y). It doesn't keep or write to y. */
export type Derivative = (t: number, y: Float64Array) => Float64Array | Promise<Float64Array>;

/** A step that was tried, and whether it is good enough is not said here. */
export type Trial = {
  readonly next: Float64Array;
  /** The derivative at `next`: the first stage of the step that follows. */
  readonly slope: Float64Array;
  /** What the two orders disagree by, number by number. */
  readonly error: Float64Array;
  /** The solution between both ends, to fourth order: `share` 0 is the start, 1 the end. */
  at(share: number): Float64Array;
};

// Dormand & Prince 1980, table 2 (the pair RK5(4)7M).
const nodes = [0, 1 / 5, 3 / 10, 4 / 5, 8 / 9, 1, 1];
const stages = [
  [],
  [1 / 5],
  [3 / 40, 9 / 40],
  [44 / 45, -56 / 15, 32 / 9],
  [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
  [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
  [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84],
];
const errorWeights = [71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40];
// Hairer, Norsett & Wanner 1993, section II.6: dense output of order 4 without further evaluations.
const denseWeights = [
  -12715105075 / 11282082432,
  0,
  87487479700 / 32700410799,
  -10690763975 / 1880347072,
  701980252875 / 199316789632,
  -1453857185 / 822651844,
  69997945 / 29380423,
];

/** Tries the step from (t, y) to t + h; `slope` is the derivative at its start. */
export async function tryStep(
  f: Derivative, t: number, y: Float64Array, slope: Float64Array, h: number,
): Promise<Trial> {
  const slopes = [slope];
  let next = y;
  for (let stage = 1; stage < nodes.length; stage++) {
    next = combined(stages[stage], slopes, h, y);
    slopes.push(await f(t + nodes[stage] * h, next));
  }
  const last = slopes[6];
  return {
    next,
    slope: last,
    error: combined(errorWeights, slopes, h),
    at(share) {
      const bend = combined(denseWeights, slopes, h);
      const rest = 1 - share;
      return y.map((start, i) => {
        const whole = next[i] - start;
        const first = h * slope[i] - whole;
        const second = whole - h * last[i] - first;
        return start + share * (whole + rest * (first + share * (second + rest * bend[i])));
      });
    },
  };
}

/** y + h (w0 k0 + w1 k1 + ...). */
function combined(weights: readonly number[], slopes: readonly Float64Array[], h: number, y?: Float64Array) {
  const out = new Float64Array(slopes[0].length);
  weights.forEach((weight, k) => {
    const [factor, from] = [weight * h, slopes[k]];
    if (factor !== 0) for (let i = 0; i < out.length; i++) out[i] += factor * from[i];
  });
  if (y) for (let i = 0; i < out.length; i++) out[i] += y[i];
  return out;
}
