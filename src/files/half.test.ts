// 16-bit floats against plain arithmetic on every half.
import { expect, test } from "vitest";
import { bfloat16ToFloat32, float16ToFloat32, float32ToBfloat16, float32ToFloat16 } from "./half.ts";

const ALL = Uint16Array.from({ length: 65536 }, (_, i) => i);

/** The value of a half by its definition, in float64. */
function halfValue(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const mantissa = bits & 1023;
  if (exponent === 31) return mantissa === 0 ? sign * Infinity : NaN;
  return sign * (exponent === 0 ? mantissa * 2 ** -24 : (1024 + mantissa) * 2 ** (exponent - 25));
}

test("each of the 65,536 halves becomes the float32 of its value", () => {
  const floats = float16ToFloat32(ALL);
  const wrong = [...ALL].filter((bits) => !Object.is(floats[bits], halfValue(bits)));
  expect(wrong).toEqual([]);
});

test("each half that isn't NaN comes back from float32 with the same bits, and NaN stays NaN", () => {
  const back = float32ToFloat16(float16ToFloat32(ALL));
  const isNaN = (bits: number) => (bits & 0x7fff) > 0x7c00;
  expect([...ALL].filter((bits) => (isNaN(bits) ? !isNaN(back[bits]) : back[bits] !== bits))).toEqual([]);
});

test("between two neighbouring halves, float32 rounds to the nearer and a tie to the even one", () => {
  const bits = new Uint32Array(1);
  const step = (x: number, by: number) => {
    const float = new Float32Array(bits.buffer);
    float[0] = x;
    bits[0] += by;
    return float[0];
  };
  const wrong: string[] = [];
  for (let half = 0; half < 0x7bff; half++) {
    const tie = (halfValue(half) + halfValue(half + 1)) / 2; // exact in float32
    const even = half % 2 === 0 ? half : half + 1;
    const found = float32ToFloat16(Float32Array.of(step(tie, -1), tie, step(tie, 1), -tie));
    if (found.join() !== [half, even, half + 1, even | 0x8000].join()) wrong.push(`${half}: ${found}`);
  }
  expect(wrong).toEqual([]);
});

test("65,520 is the first float32 that becomes infinite, and 2^-25 the last that becomes zero", () => {
  const edges = [65519.996, 65520, -1e38, 2 ** -25, 2 ** -25 * 1.0001, 1e-40, Infinity];
  const found = float32ToFloat16(Float32Array.from(edges));
  expect([...found]).toEqual([0x7bff, 0x7c00, 0xfc00, 0, 1, 0, 0x7c00]);
});

test("bfloat16 is the upper half of a float32, ties to even", () => {
  const values = Float32Array.of(1, -2.5, 1 + 2 ** -8, 1 + 3 * 2 ** -8, 3.4e38, NaN, 0);
  const found = float32ToBfloat16(values);
  expect([...found]).toEqual([0x3f80, 0xc020, 0x3f80, 0x3f82, 0x7f80, 0x7fc0, 0]);
  const exact = bfloat16ToFloat32(ALL);
  const back = float32ToBfloat16(exact);
  expect([...ALL].filter((i) => !Number.isNaN(exact[i]) && back[i] !== i)).toEqual([]);
});
