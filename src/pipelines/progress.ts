// Steps of several walks as one progress: how far, and how long still.
import type { OnProgress } from "../core/index.ts";

/** Reports the step (index of total) of the current walk; `next()` goes on to the next of `walks`. */
export type StepReporter = { (index: number, total: number): void; next(): void };

/** Reports to `onProgress`; the time left follows from the pace so far. */
export function stepProgress(
  onProgress: OnProgress | undefined,
  walks: number,
  now = () => performance.now(),
): StepReporter {
  const began = now();
  let walk = 0;
  const report = (index: number, total: number): void => {
    const fraction = (walk + (index + 1) / total) / walks;
    const secondsLeft = ((now() - began) / 1000) * (1 / fraction - 1);
    const stage = walks === 1 ? "denoise" : `picture ${walk + 1} of ${walks}`;
    onProgress?.({ type: "step", stage, index, total, fraction, secondsLeft });
  };
  return Object.assign(report, { next: () => void walk++ });
}
