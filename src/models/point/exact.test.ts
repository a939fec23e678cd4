// The exact point model agrees with the exact denoiser in every form that it is asked in.
import { expect, it } from "vitest";
import { asModel, exactDenoiser } from "../../diffusion/index.ts";
import { asSampled, exactPointModel, pointScheduler } from "./index.ts";

const points = { data: Float32Array.of(0, 1, 1, 0, -1, 0.5, -0.4, -1), shape: [4, 2] };
const classes = Int32Array.of(0, 0, 1, 1);
const x = { data: Float32Array.of(0.3, 0.2, -0.8, 0.7, 2, -3), shape: [3, 2] };
const flow = { _class_name: "ScheduleFlow", N: 1000 } as const;

it("says what the exact denoiser means, as noise and as a flow's velocity", async () => {
  for (const [schedule, times] of [[undefined, [0.02, 0.4, 7]], [flow, [30, 400, 1000]]] as const) {
    const model = exactPointModel({ points }, schedule);
    const reference = asModel(exactDenoiser(points), pointScheduler(model.config.schedule));
    for (const t of times) {
      const said = (await asSampled(model)(x, t, ["cond"])) as { cond: typeof x };
      const wanted = (await reference(x, t, ["cond"])) as typeof x;
      said.cond.data.forEach((value, i) => expect(value).toBeCloseTo(wanted.data[i], 4));
    }
  }
});

it("knows each class's own points, one class for all or one each, and all of them without a class", () => {
  const model = exactPointModel({ points, classes });
  const near = (label?: number | Int32Array) =>
    Array.from(model.denoise(x.data, 1e-3, label), (v) => Math.round(v * 1e3) / 1e3 + 0);
  expect(near(0)).toEqual([1, 0, 0, 1, 1, 0]);
  expect(near(1)).toEqual([-1, 0.5, -1, 0.5, -0.4, -1]);
  expect(near(Int32Array.of(0, 1, 2))).toEqual([...near(0).slice(0, 2), ...near(1).slice(2, 4), ...near().slice(4)]);
  expect(() => model.predict(x.data, 1, 3)).toThrow("class 3");
});

it("takes a noise level for each point", () => {
  const model = exactPointModel({ points });
  const each = model.predict(x.data, Float32Array.of(0.5, 1, 2));
  expect(each.slice(2, 4)).toEqual(model.predict(x.data, 1).slice(2, 4));
  expect(each.slice(4)).toEqual(model.predict(x.data, 2).slice(4));
});

it("refuses no points, and classes that don't fit", () => {
  expect(() => exactPointModel({ points: { data: new Float32Array(0), shape: [0, 2] } })).toThrow("needs points");
  expect(() => exactPointModel({ points, classes: Int32Array.of(0) })).toThrow("a class for each");
});
