// The arithmetic that every sampler is written in.
import fc from "fast-check";
import { expect, test } from "vitest";
import { allFinite, evaluate, evaluateChecked, evaluateSlowly, sum, type Floats } from "./sum.ts";

const number = fc.double({ min: -100, max: 100, noNaN: true });
const arrays = fc.array(fc.tuple(number, fc.array(number, { minLength: 9, maxLength: 9 })), { maxLength: 8 });

test("a sum of any number of terms is added up in float64 and rounded once", () => {
  fc.assert(
    fc.property(arrays, (rows) => {
      const terms = rows.map(([coefficient, values]) => [coefficient, Float32Array.from(values)] as const);
      const found = evaluate(terms, new Float32Array(9));
      found.forEach((value, i) => {
        let total = 0;
        for (const [coefficient, array] of terms) total += coefficient * array[i];
        expect(value + 0).toBe(Math.fround(total) + 0); // -0 is 0
      });
    }),
  );
});

test("terms of the same array become one, those of coefficient 0 go, and sums nest", () => {
  const [x, y] = [Float32Array.of(1), Float32Array.of(2)];
  expect(
    sum(
      [2, x],
      [
        3,
        [
          [1, x],
          [-1, y],
        ],
      ],
      [3, y],
    ),
  ).toEqual([[5, x]]);
  expect(sum([1, x], [-1, x])).toEqual([]);
  expect(evaluate([], x)).toEqual(new Float32Array(1));
});

test("a result keeps the precision of the array that it is like", () => {
  const precise = Float64Array.of(0.1) as unknown as Float32Array;
  expect(evaluate([[1, precise]], precise)[0]).toBe(0.1);
});

test("one number that isn't finite is found wherever it is", () => {
  for (let length = 1; length <= 9; length++) {
    for (let i = 0; i < length; i++) {
      for (const bad of [NaN, Infinity, -Infinity]) {
        const numbers = new Float32Array(length).fill(3e38);
        expect(allFinite(numbers)).toBe(true);
        numbers[i] = bad;
        expect(allFinite(numbers)).toBe(false);
      }
    }
  }
});

test("the kernel gives the loop's bits, and tells of numbers that aren't finite", () => {
  const value = (seed: number) => (_: unknown, i: number) => Math.sin(seed * (i + 1)) * 10 ** (i % 7);
  const array = (seed: number) => Float32Array.from({ length: 2048 }, value(seed));
  const arrays = [1.1, 2.3, 0.7, 5.9, 3.3].map(array);
  const coefficients = [0.123, -45.6, 1e-5, 7 / 3, 0.9];
  for (let count = 1; count <= 5; count++) {
    const terms = arrays.slice(0, count).map((data, i) => [coefficients[i], data] as const);
    const { data, finite } = evaluateChecked(terms, arrays[0]);
    expect(data).toEqual(evaluateSlowly(terms, arrays[0]));
    expect(finite).toBe(true);
    for (const bad of [NaN, Infinity, -Infinity]) {
      const broken = arrays[count - 1].slice();
      broken[1357] = bad;
      const wrong = [...terms.slice(0, -1), [coefficients[count - 1], broken] as const];
      expect(evaluateChecked(wrong, arrays[0]).finite).toBe(false);
      expect(evaluateChecked(wrong, arrays[0]).data).toEqual(evaluateSlowly(wrong, arrays[0]));
    }
  }
});

test("a result that comes back unchanged needn't be copied, and one that was overwritten in between is", () => {
  const array = (seed: number) => Float32Array.from({ length: 1024 }, (_, i) => Math.sin(seed * (i + 1)));
  const [a, b] = [array(1.3), array(2.1)];
  let [fast, slow]: Floats[] = [a, a];
  for (let i = 0; i < 6; i++) {
    const terms = (x: Floats) => [[0.9, x] as const, [-0.3, b] as const];
    fast = evaluateChecked(terms(fast), a, fast).data;
    slow = evaluateSlowly(terms(slow), a);
    expect(fast).toEqual(slow);
    if (i % 2 === 1) evaluate([[2, b]], b); // another run takes its turn
    if (i % 3 === 1) allFinite(b);
    if (i === 4) evaluate([[2, array(0.7)], [1, a], [1, b]], b);
  }
  const first = evaluate([[1, a], [1, b]], a);
  first[7] = 5;
  expect(evaluateChecked([[1, first], [0.5, b]], a).data).toEqual(evaluateSlowly([[1, first], [0.5, b]], a));
});
