// Noise of a cloud of points, keyed by (seed, point, step): point k walks the same path alone or among 2,000.
import { sizeOf, type Tensor } from "../../core/index.ts";
import { counterNormal, type Generator } from "../../random/index.ts";

/** Which point of the cloud comes first, and which draw: a cloud may be walked in parts. */
export type CloudStart = { seed: number; first?: number; draw?: number };

/**
 * Normal noise for clouds (N, 2): row k of draw j is that of the counter stream (seed, first + k, j). Draw 0 is the
 * start, draw 1 the first step's noise, and so on. Only `randn` and `state`: samplers need no more.
 */
export function cloudGenerator({ seed, first = 0, draw = 0 }: CloudStart): Generator {
  let next = draw;
  const only = (): never => {
    throw new RangeError("a cloud's generator draws normal noise only");
  };
  return {
    randn(shape): Tensor {
      const data = new Float32Array(sizeOf(shape));
      const rows = shape[0];
      const size = data.length / rows;
      for (let k = 0; k < rows; k++) {
        counterNormal({ seed, sample: first + k, draw: next }, data.subarray(k * size, (k + 1) * size));
      }
      next++;
      return { data, shape };
    },
    rand: only,
    randint: only,
    randperm: only,
    state: () => ({ kind: "cloud", seed, first, draw: next }),
  };
}
