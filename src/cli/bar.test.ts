// The progress bar, on a terminal that keeps what it was sent.
import { expect, it } from "vitest";
import { barLine, duration, progressBar, significant } from "./bar.ts";

const step = (index: number, total = 20) =>
  ({ type: "step", stage: "denoise", index, total, fraction: (index + 1) / total, secondsLeft: 3.21 }) as const;

it("shows step, rate and time left", () => {
  expect(barLine(step(11), 4.567, 100)).toBe(
    "[##############..........] denoise: step 12 of 20, 4.57 steps/s, 3.2 s left",
  );
});

it("never fills the line, so that the terminal doesn't wrap it", () => {
  expect(barLine(step(11), 4.567, 40)).toHaveLength(39);
});

it("draws over itself on a terminal, and wipes itself away", () => {
  const sent: string[] = [];
  let clock = 0;
  const bar = progressBar({ isTTY: true, columns: 100, write: (text) => sent.push(text) }, () => clock);
  bar.show({ type: "load", component: "transformer", fraction: null });
  bar.show(step(0));
  clock = 500;
  bar.show(step(1));
  bar.clear();
  bar.clear();
  expect(sent.map((text) => text.replace("\r\x1b[K", ""))).toEqual([
    "loading transformer",
    "[#.......................] denoise: step 1 of 20, 3.2 s left",
    "[##......................] denoise: step 2 of 20, 2.00 steps/s, 3.2 s left",
    "",
  ]);
});

it("begins its rate anew when the steps do", () => {
  const sent: string[] = [];
  let clock = 0;
  const bar = progressBar({ isTTY: true, write: (text) => sent.push(text) }, () => clock);
  for (const [time, index] of [
    [0, 0],
    [1000, 1],
    [1100, 0],
    [1200, 1],
  ]) {
    clock = time;
    bar.show(step(index));
  }
  expect(sent[1]).toContain(" 1.00 steps/s");
  expect(sent[2]).not.toContain("steps/s");
  expect(sent[3]).toContain(" 10.0 steps/s");
});

it("says nothing where there is no terminal", () => {
  const sent: string[] = [];
  const bar = progressBar({ isTTY: false, write: (text) => sent.push(text) });
  bar.show(step(3));
  bar.clear();
  expect(sent).toEqual([]);
});

it("writes times and rates as a reader wants them", () => {
  expect([0.04, 9.94, 59.4, 61, 3599, 7320].map(duration)).toEqual([
    "0.0 s",
    "9.9 s",
    "59 s",
    "1 min 1 s",
    "59 min 59 s",
    "2 h 2 min",
  ]);
  expect([0.01234, 4.5678, 123.4].map(significant)).toEqual(["0.0123", "4.57", "123"]);
});
