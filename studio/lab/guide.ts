// Guidance at one place, taken apart into the arrows that are added.
import { ratioAt } from "./level.ts";

export type Construction = {
  /** Where the arrows stand. */
  at: [number, number];
  cond: [number, number];
  uncond: [number, number];
  /** g times (cond - uncond), which starts at uncond's tip. */
  scaled: [number, number];
  /** uncond + scaled: where guidance points. */
  guided: [number, number];
};

/** guided = uncond + g (cond - uncond) (Ho & Salimans 2022, eq. 6 with g = 1 + w). */
export function construct(
  at: readonly [number, number], cond: readonly [number, number], uncond: readonly [number, number], g: number,
): Construction {
  const scaled: [number, number] = [g * (cond[0] - uncond[0]), g * (cond[1] - uncond[1])];
  return {
    at: [...at], cond: [...cond], uncond: [...uncond], scaled, guided: [uncond[0] + scaled[0], uncond[1] + scaled[1]],
  };
}

/** The same for lists of arrows. */
export function guide(cond: Float32Array, uncond: Float32Array, g: number): Float32Array {
  return uncond.map((value, i) => value + g * (cond[i] - value)) as Float32Array;
}

/** Two digits of the noise level at `t`. */
export const levelText = (t: number): string => String(Number(ratioAt(t).toPrecision(2)));
