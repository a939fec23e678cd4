// The construction is guidance's own formula, the library's included.
import { classifierFree } from "driftfield/diffusion";
import { expect, it } from "vitest";
import { construct, guide } from "./guide.ts";

it("adds up to what classifier-free guidance combines, below 1 and beyond", () => {
  const [cond, uncond] = [Float32Array.of(1, 2, -0.5, 0.25), Float32Array.of(0.5, -1, 0, 3)];
  const tensor = (data: Float32Array) => ({ data, shape: [2, 2] });
  for (const g of [-1, 0, 0.5, 1, 3, 15]) {
    const moment = { level: { alpha: 1, sigma: 1 }, t: 1, index: 0, total: 1 };
    const wanted = classifierFree({ scale: g }).combine({ cond: tensor(cond), uncond: tensor(uncond) }, moment);
    guide(cond, uncond, g).forEach((value, i) => expect(value).toBeCloseTo(wanted.data[i], 5));
    const one = construct([9, 9], [1, 2], [0.5, -1], g);
    expect(one.guided[0]).toBeCloseTo(wanted.data[0], 5);
    expect(one.guided[1]).toBeCloseTo(wanted.data[1], 5);
    expect(one.guided[0]).toBeCloseTo(one.uncond[0] + one.scaled[0], 12);
  }
});
