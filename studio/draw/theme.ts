// How each thing that scenes draw looks, in the dark and in the light: colour, dash, head and weight, by its role.

/** What a mark means. The same role looks the same in every scene. */
export type Role =
  | "data" | "noise" | "walk" | "field" | "blind" | "score" | "naive" | "total" | "mean" | "cond" | "uncond" | "guided"
  | "injected" | "axis" | "ink";

/** Heads differ as colours do, for who can't tell colours apart. */
export type Head = "open" | "filled" | "bar" | "dot" | "none";

export type Look = { color: string; dash: readonly number[]; head: Head; width: number };

export type Theme = {
  readonly name: "dark" | "light";
  readonly ground: string;
  readonly looks: Readonly<Record<Role, Look>>;
  /** Colours of a density from nothing to its most, as red, green, blue. */
  readonly ramp: readonly (readonly [number, number, number])[];
};

const shapes: Record<Role, Omit<Look, "color">> = {
  data: { dash: [], head: "none", width: 1.5 },
  noise: { dash: [], head: "none", width: 1.5 },
  walk: { dash: [], head: "none", width: 1 },
  field: { dash: [], head: "open", width: 1.25 },
  blind: { dash: [], head: "open", width: 1.25 },
  score: { dash: [], head: "filled", width: 2.5 },
  naive: { dash: [5, 3], head: "bar", width: 1.5 },
  total: { dash: [], head: "filled", width: 1.5 },
  mean: { dash: [2, 3], head: "dot", width: 2 },
  cond: { dash: [], head: "open", width: 2.25 },
  uncond: { dash: [6, 4], head: "dot", width: 2.25 },
  guided: { dash: [], head: "filled", width: 3 },
  injected: { dash: [1.5, 3], head: "bar", width: 1.75 },
  axis: { dash: [], head: "none", width: 1 },
  ink: { dash: [], head: "none", width: 1.5 },
};

type Colors = Record<Role, string>;

const dark: Colors = {
  data: "#e9dcc0", noise: "#6fb4d8", walk: "#6fb4d8", field: "#c7cdd6", blind: "#c7cdd6", score: "#ff8a70",
  naive: "#e59bd0", total: "#7fd6c8", mean: "#ffffff", cond: "#ffd35a", uncond: "#948979", guided: "#00a14b",
  injected: "#8fa8ff", axis: "#2b3038", ink: "#ece7dc",
};

const light: Colors = {
  data: "#5b4a26", noise: "#1f6f9a", walk: "#1f6f9a", field: "#4a515c", blind: "#4a515c", score: "#c6391c",
  naive: "#a8358a", total: "#0d7d6f", mean: "#000000", cond: "#c08a00", uncond: "#7b7062", guided: "#00813c",
  injected: "#4459c9", axis: "#d9d5ca", ink: "#22242a",
};

const withShapes = (colors: Colors): Record<Role, Look> =>
  Object.fromEntries(
    Object.entries(colors).map(([role, color]) => [role, { color, ...shapes[role as Role] }]),
  ) as Record<Role, Look>;

export const themes: Readonly<Record<"dark" | "light", Theme>> = {
  dark: {
    name: "dark",
    ground: "#111318",
    looks: withShapes(dark),
    ramp: [[17, 19, 24], [22, 38, 54], [28, 66, 88], [46, 104, 122], [104, 158, 160], [196, 214, 190]],
  },
  light: {
    name: "light",
    ground: "#fbfaf6",
    looks: withShapes(light),
    ramp: [[251, 250, 246], [222, 233, 236], [180, 210, 219], [124, 177, 194], [66, 134, 160], [26, 86, 118]],
  },
};
