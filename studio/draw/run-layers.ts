// A run as a picture: the ways so far, where the points are, and one point's step taken apart.
import type { RunOutput } from "../lab/run.ts";
import type { Layer } from "./layers.ts";
import type { Role } from "./theme.ts";

/** Pieces of way that are drawn at most, so that a frame stays short; beyond it ways keep their newest part. */
const MOST_PIECES = 12_000;

export type RunPicture = {
  run: RunOutput;
  /** The path as it is drawn (drawnPath). */
  drawn: Float32Array;
  /** Steps done. */
  step: number;
  data: Float32Array;
  role: Role;
  /** The point that is taken apart; none beyond the cloud. */
  pick?: number;
  /** A colour for each point instead of one for all. */
  rolesOf?: (point: number) => Role;
  /** The walk that this one left after `from` steps: where it is now, and the picked point's way since. */
  ghost?: { drawn: Float32Array; from: number; role: Role };
};

export function runLayers({ run, drawn, step, data, role, pick, rolesOf, ghost }: RunPicture): Layer[] {
  const { count } = run;
  const size = 2 * count;
  const layers: Layer[] = [{ kind: "dots", role: "data", term: "data", at: data, radius: 1.6, opacity: 0.55 }];
  const first = Math.max(0, step - Math.floor(MOST_PIECES / count));
  if (step > 0) {
    const opacity = run.noise.length > 0 ? 0.2 : 0.4;
    const lines = ways(drawn, size, first, step);
    layers.push({ kind: "paths", role, term: "ways", ...lines, width: 1, fading: true, opacity });
  }
  if (ghost && step > ghost.from) layers.push(...ghostLayers(ghost, size, step, pick));
  const places = drawn.subarray(size * step, size * (step + 1));
  const radius = count > 300 ? 2 : 2.6;
  for (const [of, at] of rolesOf ? byRole(places, rolesOf) : [[role, places] as const]) {
    layers.push({ kind: "dots", role: of, term: "points", at, radius });
  }
  if (pick !== undefined && pick < count) layers.push(...pickedLayers(run, drawn, step, pick));
  return layers;
}

/** The places of each role's points. */
function byRole(places: Float32Array, rolesOf: (point: number) => Role): Map<Role, Float32Array> {
  const groups = new Map<Role, number[]>();
  for (let k = 0; 2 * k < places.length; k++) {
    const role = rolesOf(k);
    const at = groups.get(role) ?? [];
    groups.set(role, at);
    at.push(places[2 * k], places[2 * k + 1]);
  }
  return new Map(Array.from(groups, ([role, at]) => [role, Float32Array.from(at)]));
}

/** Where the other walk's points are, as rings, and the picked one's way there. */
function ghostLayers(
  { drawn, from, role }: NonNullable<RunPicture["ghost"]>, size: number, step: number, pick = -1,
): Layer[] {
  const rings = drawn.subarray(size * step, size * (step + 1));
  const layers: Layer[] = [{ kind: "dots", role, term: "left", at: rings, radius: 2.6, hollow: true, opacity: 0.55 }];
  if (pick < 0 || 2 * pick >= size) return layers;
  const at = wayOf(drawn, size, pick, from, step);
  layers.push({ kind: "paths", role, term: "left", at, starts: [0], width: 1.5, opacity: 0.9 });
  layers.push({ kind: "dots", role, term: "left", at: at.subarray(at.length - 2), radius: 5, hollow: true });
  return layers;
}

/** One point's way from step `first` to `step`. */
function wayOf(drawn: Float32Array, size: number, pick: number, first: number, step: number): Float32Array {
  const length = 2 * (step - first + 1);
  return Float32Array.from({ length }, (_, i) => drawn[size * (first + (i >> 1)) + 2 * pick + (i & 1)]);
}

/** The ways of all points from step `first` to `step`, one after the other. */
function ways(drawn: Float32Array, size: number, first: number, step: number): { at: Float32Array; starts: number[] } {
  const places = step - first + 1;
  const at = new Float32Array(size * places);
  const starts: number[] = [];
  for (let k = 0; k < size / 2; k++) {
    starts.push(k * places);
    for (let s = 0; s < places; s++) {
      at[2 * (k * places + s)] = drawn[size * (first + s) + 2 * k];
      at[2 * (k * places + s) + 1] = drawn[size * (first + s) + 2 * k + 1];
    }
  }
  return { at, starts };
}

/** One point: its whole way so far, and its last step as what the model said and the noise that was put on top. */
function pickedLayers(run: RunOutput, drawn: Float32Array, step: number, pick: number): Layer[] {
  const size = 2 * run.count;
  const at = (s: number): [number, number] => [drawn[size * s + 2 * pick], drawn[size * s + 2 * pick + 1]];
  const way = wayOf(drawn, size, pick, 0, step);
  const layers: Layer[] = [];
  if (step > 0) {
    layers.push({ kind: "paths", role: "ink", term: "way", at: way, starts: [0], width: 1.75 });
    const from = at(step - 1);
    const to = at(step);
    const first = size * (step - 1) + 2 * pick;
    const noise = [first, first + 1].map((i) => (run.noise.length > 0 ? run.noise[i] * run.scales[step] : 0));
    const middle = [to[0] - noise[0], to[1] - noise[1]];
    const along = Float32Array.of(middle[0] - from[0], middle[1] - from[1]);
    layers.push({ kind: "arrows", role: "score", term: "said", at: Float32Array.from(from), along });
    if (Math.hypot(noise[0], noise[1]) > 0) {
      const arrow = { at: Float32Array.from(middle), along: Float32Array.from(noise) };
      layers.push({ kind: "arrows", role: "injected", term: "injected", ...arrow, width: 2.25 });
    }
  }
  layers.push({ kind: "dots", role: "ink", term: "way", at: Float32Array.from(at(step)), radius: 6, hollow: true });
  return layers;
}
