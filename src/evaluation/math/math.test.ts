// The measures' mathematics against values worked out by hand or in closed form.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tensor } from "../../core/index.ts";
import { counterNormal } from "../../random/index.ts";
import { multiply, symmetricEigen, symmetricRoot } from "./eigen.ts";
import { frechetDistance, gaussianOf } from "./frechet.ts";
import { clusteredShare, shareOf } from "./interval.ts";
import { kernelDistance } from "./kernel-distance.ts";
import { meanSquaredDifference, psnr, sharpness } from "./pixels.ts";
import { pairRanks, rankOf, recallAt, similarities } from "./rank.ts";
import { average, quantile } from "./summary.ts";

const expectClose = (found: ArrayLike<number>, wanted: ArrayLike<number>, within: number): void => {
  const largest = Math.max(...Array.from(wanted, (value, i) => Math.abs(value - found[i])));
  expect(found.length).toBe(wanted.length);
  expect(largest).toBeLessThan(within);
};

/** A symmetric matrix with numbers from -1 to 1. */
const symmetric = fc.integer({ min: 1, max: 7 }).chain((n) =>
  fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: n * n, maxLength: n * n }).map((values) => {
    const matrix = Float64Array.from(values);
    for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) matrix[i * n + j] = matrix[j * n + i];
    return { n, matrix };
  }),
);

const transposed = (a: Float64Array, n: number): Float64Array => a.map((_, at) => a[(at % n) * n + Math.floor(at / n)]);

describe("eigenvalues of a symmetric matrix", () => {
  it("are 1 and 3 for [[2, 1], [1, 2]]", () => {
    const { values } = symmetricEigen(Float64Array.of(2, 1, 1, 2), 2);
    expectClose([...values].sort(), [1, 3], 1e-12);
  });

  it("come with orthonormal vectors that put the matrix together again", () => {
    fc.assert(
      fc.property(symmetric, ({ n, matrix }) => {
        const { values, vectors } = symmetricEigen(matrix, n);
        const scaled = vectors.map((value, at) => value * values[Math.floor(at / n)]);
        expectClose(multiply(transposed(vectors, n), scaled, n), matrix, 1e-10);
        const eye = new Float64Array(n * n).map((_, at) => (at % (n + 1) === 0 ? 1 : 0));
        expectClose(multiply(vectors, transposed(vectors, n), n), eye, 1e-10);
      }),
    );
  });

  it("give a root whose square is the matrix", () => {
    fc.assert(
      fc.property(symmetric, ({ n, matrix }) => {
        const positive = multiply(matrix, matrix, n);
        const root = symmetricRoot(positive, n);
        expectClose(multiply(root, root, n), positive, 1e-9);
      }),
    );
  });
});

describe("the Frechet distance", () => {
  it("is (m1 - m2)^2 + (s1 - s2)^2 a dimension, for independent ones", () => {
    const a = { mean: Float64Array.of(1, 2, 0), covariance: Float64Array.of(4, 0, 0, 0, 9, 0, 0, 0, 0) };
    const b = { mean: Float64Array.of(0, 4, 0), covariance: Float64Array.of(1, 0, 0, 0, 25, 0, 0, 0, 4) };
    expect(frechetDistance(a, b)).toBeCloseTo(1 + 1 + (4 + 4) + 4, 10);
  });

  it("doesn't change when both clouds are turned alike", () => {
    const [c, s] = [Math.cos(0.7), Math.sin(0.7)];
    const turn = Float64Array.of(c, -s, s, c);
    const turned = (d: number[]) =>
      multiply(multiply(turn, Float64Array.of(d[0], 0, 0, d[1]), 2), transposed(turn, 2), 2);
    const a = { mean: Float64Array.of(0, 0), covariance: turned([4, 1]) };
    const b = { mean: Float64Array.of(0, 0), covariance: turned([9, 16]) };
    expect(frechetDistance(a, b)).toBeCloseTo((2 - 3) ** 2 + (1 - 4) ** 2, 10);
  });

  it("takes mean and unbiased covariance from rows", () => {
    const { mean, covariance } = gaussianOf(tensor([3, 2], Float32Array.of(1, 0, 2, 2, 3, 4)));
    expectClose(mean, [2, 2], 1e-12);
    expectClose(covariance, [1, 2, 2, 4], 1e-12);
    expect(() => gaussianOf(tensor([1, 2]))).toThrow(RangeError);
  });

  it("is zero between a cloud and itself", () => {
    const cloud = gaussianOf(tensor([20, 4], counterNormal({ seed: 1, sample: 0, draw: 0 }, new Float32Array(80))));
    expect(frechetDistance(cloud, cloud)).toBeLessThan(1e-9);
  });
});

describe("the kernel distance", () => {
  it("is the unbiased estimate, worked out by hand for two points each", () => {
    const a = tensor([2, 1], Float32Array.of(0, 1));
    const b = tensor([2, 1], Float32Array.of(2, -1));
    // k = (x y + 1)^3: within a 1, within b (-1)^3, across 1, 1, 27, 0.
    expect(kernelDistance(a, b).distance).toBeCloseTo(1 - 1 - 2 * (29 / 4), 12);
  });

  const cloud = (sample: number, rows: number, shift: number) =>
    tensor(
      [rows, 3],
      counterNormal({ seed: 5, sample, draw: 0 }, new Float32Array(rows * 3)).map((value) => value + shift),
    );

  it("scatters around zero between clouds of one distribution, as its standard error says", () => {
    const scores = Array.from({ length: 60 }, (_, i) => {
      const { distance, standardError } = kernelDistance(cloud(2 * i, 40, 0), cloud(2 * i + 1, 40, 0));
      return distance / standardError;
    });
    expect(Math.abs(average(scores))).toBeLessThan(0.5);
    expect(scores.filter((score) => Math.abs(score) < 2).length).toBeGreaterThan(50);
  });

  it("sees a shift many standard errors away", () => {
    const { distance, standardError } = kernelDistance(cloud(0, 60, 0), cloud(1, 60, 1.5));
    expect(distance / standardError).toBeGreaterThan(4);
  });
});

describe("a 95% interval", () => {
  it("is Wilson's: 0.237 to 0.763 for 5 of 10, and never empty at the ends", () => {
    const half = shareOf(5, 10);
    expect(half.low).toBeCloseTo(0.2366, 4);
    expect(half.high).toBeCloseTo(0.7634, 4);
    expect(shareOf(10, 10).low).toBeCloseTo(0.7225, 4);
    expect(shareOf(0, 10).low).toBe(0);
  });

  it("is as wide as the pictures allow, not the attributes", () => {
    const pictures = Array.from({ length: 100 }, (_, i) => ({ right: i < 50 ? 4 : 0, named: 4 }));
    const { share, low, high } = clusteredShare(pictures);
    expect(share).toBe(0.5);
    expect(high - low).toBeCloseTo(2 * 1.96 * Math.sqrt(0.25 / 99), 3);
  });
});

describe("ranks", () => {
  it("count who is as similar or more, ties against the right one", () => {
    expect(rankOf([0.1, 0.9, 0.5], 1)).toBe(0);
    expect(rankOf([0.5, 0.9, 0.5], 0)).toBe(2);
  });

  it("are found in both directions", () => {
    const table = [
      [0.9, 0.1, 0.2],
      [0.95, 0.5, 0.1],
      [0.3, 0.4, 0.8],
    ];
    expect(pairRanks(table)).toEqual({ forward: [0, 1, 0], backward: [1, 0, 0] });
    expect(recallAt([0, 1, 5], 1)).toBeCloseTo(1 / 3, 12);
    expect(recallAt([0, 1, 5], 5)).toBeCloseTo(2 / 3, 12);
  });

  it("come from dot products of rows", () => {
    const table = similarities(tensor([1, 2], Float32Array.of(1, 2)), tensor([2, 2], Float32Array.of(3, 4, 5, 6)));
    expect(table.map((row) => [...row])).toEqual([[11, 17]]);
  });
});

describe("pixels", () => {
  it("have 20 log10(255 / d) decibels where all differ by d", () => {
    const [a, b] = [new Uint8Array(12).fill(100), new Uint8Array(12).fill(110)];
    expect(meanSquaredDifference(a, b)).toBe(100);
    expect(psnr(a, b)).toBeCloseTo(20 * Math.log10(25.5), 10);
    expect(psnr(a, a)).toBe(Infinity);
  });

  it("are sharp where neighbours differ", () => {
    const board = Uint8Array.from(
      { length: 4 * 4 * 3 },
      (_, i) => (((Math.floor(i / 3) % 4) + Math.floor(i / 12)) % 2) * 255,
    );
    expect(sharpness({ width: 4, height: 4, data: board })).toBe(255);
    expect(sharpness({ width: 4, height: 4, data: board.fill(7) })).toBe(0);
  });
});

it("quantiles lie between neighbours", () => {
  expect(quantile([3, 1, 2], 0.5)).toBe(2);
  expect(quantile([0, 10], 0.25)).toBe(2.5);
});
