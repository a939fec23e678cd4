// The tour: ten stops from noise to guidance, each a state of its own, so each has an address.
import { defaults, toAddress } from "../state/address.ts";
import type { State } from "../state/fields.ts";

export type Stop = { readonly title: string; readonly text: string; readonly state: Partial<State> };

export const stops: readonly Stop[] = [
  {
    title: "A picture is a place",
    text: "Two grey pixels are two numbers, and two numbers are a dot. Pictures worth making lie on a thin structure; the rest of the plane is noise.",
    state: { scene: "pixels" },
  },
  {
    title: "What there is to learn from",
    text: "A hundred dots on a spiral stand for all pictures. Nobody tells the model that there is a spiral.",
    state: { scene: "data" },
  },
  {
    title: "Noise takes it apart",
    text: "Each dot walks at random until nothing of the spiral is left. Every step is small enough to be undone.",
    state: { scene: "forward", t: 0.62 },
  },
  {
    title: "From far away there is only a mean",
    text: "At every place the best guess at where a noisy dot came from is an arrow. At this much noise all of them point at one place.",
    state: { scene: "field", t: 0.84, clock: "with" },
  },
  {
    title: "Then, quite suddenly, a spiral",
    text: "With less noise the arrows turn to the nearest part of the spiral. That is why a model has to be told the time.",
    state: { scene: "field", t: 0.4, clock: "both" },
  },
  {
    title: "A network learns the arrows",
    text: "It only ever guesses the noise on single dots. Press Train: here it learns from nothing, in this page.",
    state: { scene: "train" },
  },
  {
    title: "Back from noise",
    text: "Follow the arrows from pure noise. Adding a little noise at each step keeps the dots apart; without it they fall on the mean.",
    state: { scene: "reverse", step: 40, walkers: ["ddpm", "quiet"] },
  },
  {
    title: "Without any noise at all",
    text: "DDIM adds none and follows the field's bends instead. Eight steps are enough to see the spiral.",
    state: { scene: "reverse", steps: 8, walkers: ["ddpm", "ddim"] },
  },
  {
    title: "An evener way",
    text: "Flow matching travels about as far in each step: the same two ways, but its few steps are better placed.",
    state: { scene: "flow", flowSteps: 12 },
  },
  {
    title: "Guidance",
    text: "Ask twice, with a wish and without, and go on past the difference: grey plus g times yellow minus grey is green.",
    state: { scene: "guidance", g: 3, kind: "dog" },
  },
];

/** The state at stop `number` (from 1), in the reader's theme. */
export function stopState(number: number, theme: State["theme"]): State {
  return { ...defaults(), ...stops[number - 1].state, theme, tour: number };
}

/** The address of stop `number`, from its "#" on. */
export function stopAddress(number: number, theme: State["theme"]): string {
  return `#${toAddress(stopState(number, theme))}`;
}
