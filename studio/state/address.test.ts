// The address holds the whole state: every state comes back, and what can't is said.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MOST_BRANCHES, MOST_LUCK } from "./branches.ts";
import { defaults, fromAddress, toAddress } from "./address.ts";
import { fields, type Key } from "./fields.ts";
import type { Kind } from "./kinds.ts";
import { MOST_DRAWN, onRaster } from "./points.ts";
import { classNames, walkNames } from "./run-fields.ts";

/** Trees of runs: each branch leaves a root or an earlier one. */
const branches = fc
  .array(
    fc.record({
      from: fc.oneof(fc.constantFrom(...walkNames), fc.nat(MOST_BRANCHES)),
      step: fc.nat(999),
      way: fc.constantFrom(...walkNames),
      eta: fc.double({ min: 0, max: 1, noNaN: true }).map(Math.abs),
      luck: fc.nat(MOST_LUCK),
    }),
    { maxLength: MOST_BRANCHES },
  )
  .map((all) =>
    all.map((one, k) => {
      if (typeof one.from !== "number") return one;
      return { ...one, from: k > 0 ? (one.from % k) + 1 : "ddim" };
    }),
  );

/** Trees of guided runs: each branch leaves the run (0) or an earlier one. */
const guided = fc
  .array(
    fc.record({
      from: fc.nat(MOST_BRANCHES),
      step: fc.nat(999),
      g: fc.double({ min: -20, max: 100, noNaN: true }).map((g) => (Object.is(g, -0) ? 0 : g)),
      kind: fc.constantFrom(...classNames),
      negative: fc.constantFrom("none", ...classNames),
    }),
    { maxLength: MOST_BRANCHES },
  )
  .map((all) => all.map((one, k) => ({ ...one, from: one.from % (k + 1) })));

/** Any value of a kind, told by what the kind says of itself. */
function anyOf(key: Key): fc.Arbitrary<unknown> {
  const kind = fields[key] as Kind<unknown>;
  if (key === "drawn") {
    const place = fc.double({ min: -2, max: 2, noNaN: true }).map(onRaster);
    return fc.array(fc.tuple(place, place), { maxLength: MOST_DRAWN }).map((pairs) => pairs.flat());
  }
  if (key === "branches") return branches;
  if (key === "guided") return guided;
  if (kind.names && Array.isArray(kind.fallback)) return fc.subarray([...kind.names]);
  if (kind.names) return fc.constantFrom(...kind.names);
  if (typeof kind.fallback === "boolean") return fc.boolean();
  if (typeof kind.fallback === "string") {
    return fc.string({ unit: "grapheme", maxLength: 8 }).filter((text) => [...text].length <= 8);
  }
  const range = { min: kind.min!, max: kind.max! };
  if (Number.isInteger(kind.step)) return fc.integer(range);
  return fc.double({ ...range, noNaN: true }).map((value) => (Object.is(value, -0) ? 0 : value));
}

const states = fc.record(Object.fromEntries((Object.keys(fields) as Key[]).map((key) => [key, anyOf(key)])));

describe("the address", () => {
  it("gives back every state that controls can reach, without a warning", () => {
    fc.assert(
      fc.property(states, (state) => {
        expect(fromAddress(toAddress(state as never))).toEqual({ state, warnings: [] });
      }),
      { numRuns: 300 },
    );
  });

  it("is empty for the defaults, and an empty one means the defaults", () => {
    expect(toAddress(defaults())).toBe("");
    expect(fromAddress("")).toEqual({ state: defaults(), warnings: [] });
  });

  it("passes a control's limits with a warning, and what can't be drawn not at all", () => {
    const beyond = fromAddress("#count=5000");
    expect(beyond.state.count).toBe(5000);
    expect(beyond.warnings).toEqual([expect.stringContaining("count: 5000 is beyond its control's 2 to 1000")]);
    expect(fromAddress("count=1e9").state.count).toBe(10_000);
    expect(fromAddress("count=1e9").warnings[0]).toContain("beyond what can be drawn");
  });

  it("names what it doesn't know or can't read, and goes on", () => {
    const { state, warnings } = fromAddress("colour=red&t=soon&data=spirals&steps=2.5&look=arrows,bows&drawn=AB*C&t=0.25");
    expect(state).toEqual({ ...defaults(), t: 0.25, steps: 3, look: ["arrows"] });
    expect(warnings).toHaveLength(6);
    expect(warnings[0]).toContain("“colour”");
  });

  it("reads the branches up to the first that can't be one, and says which", () => {
    const one = { from: "ddpm", step: 30, way: "ddim", eta: 0.5, luck: 0 };
    expect(fromAddress("branches=ddpm_30_ddim_0.5_0,1_40_eta_0.2_3").state.branches).toEqual([
      one, { from: 1, step: 40, way: "eta", eta: 0.2, luck: 3 },
    ]);
    const wrong = ["2_40_eta_0.2_3", "ddpm_30_ddim_0.5", "ddpm_-1_ddim_0_0", "ddpm_3_ddim_2_0", "ddpm_3_heun_0_0"];
    for (const bad of [...wrong, "", "1_2_ddim__0"]) {
      const { state, warnings } = fromAddress(`branches=ddpm_30_ddim_0.5_0,${bad}`);
      expect([state.branches, warnings.length], bad).toEqual([[one], 1]);
    }
    const many = fromAddress(`branches=${Array(9).fill("ddpm_1_ddim_0_0").join(",")}`);
    expect([many.state.branches.length, many.warnings.length]).toEqual([MOST_BRANCHES, 1]);
  });

  it("reads branches of the guided run, and says which can't be one", () => {
    const one = { from: 0, step: 20, g: 8, kind: "dog", negative: "none" };
    expect(fromAddress("guided=0_20_8_dog_none,1_30_-2.5_cat_dog").state.guided).toEqual([
      one, { from: 1, step: 30, g: -2.5, kind: "cat", negative: "dog" },
    ]);
    const wrong = [
      "2_30_8_dog_none", "0_30_101_dog_none", "0_30__dog_none", "0_30_8_bird_none", "0_30_8_dog", "0_30_8_none_dog",
    ];
    for (const bad of wrong) {
      const { state, warnings } = fromAddress(`guided=0_20_8_dog_none,${bad}`);
      expect([state.guided, warnings.length], bad).toEqual([[one], 1]);
    }
  });

  it("keeps a flag short and a link readable", () => {
    expect(toAddress({ ...defaults(), embed: true, look: ["arrows", "points"] })).toBe("embed&look=arrows,points");
  });

  it("stays whole for any text, percent signs and halves of characters included", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(Object.keys(fromAddress(text).state)).toEqual(Object.keys(defaults()));
      }),
    );
    expect(toAddress({ ...defaults(), letters: "\ud800" })).toBe("letters=%EF%BF%BD");
  });
});
