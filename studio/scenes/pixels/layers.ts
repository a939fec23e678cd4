// The plane of all pictures of two pixels: its frame, pairs from pictures, pairs of chance, and the reader's own dot.
import type { Layer } from "../../draw/layers.ts";
import type { State } from "../../state/fields.ts";

/** `real` and `noise`: pairs of grey values from 0 to 1. */
export function pictureLayers(
  first: number, second: number, pairs: State["pairs"], real: Float32Array, noise: Float32Array,
): Layer[] {
  const layers: Layer[] = [
    { kind: "paths", role: "axis", at: Float32Array.of(0, 0, 1, 0, 1, 1, 0, 1, 0, 0), starts: [0] },
    { kind: "paths", role: "axis", at: Float32Array.of(0, 0, 1, 1), starts: [0] },
    { kind: "label", role: "uncond", x: 0.5, y: -0.055, text: "first pixel, black to white" },
    { kind: "label", role: "uncond", x: -0.055, y: 0.5, text: "second pixel, black to white", upright: true },
  ];
  if (pairs !== "pictures") {
    layers.push({ kind: "dots", role: "noise", term: "noise", at: noise, radius: 2, opacity: 0.6 });
  }
  if (pairs !== "noise") {
    layers.push({ kind: "dots", role: "data", term: "pictures", at: real, radius: 2.2, opacity: 0.85 });
  }
  layers.push(
    { kind: "paths", role: "mean", at: Float32Array.of(first, 0, first, second), starts: [0], width: 1, opacity: 0.6 },
    { kind: "paths", role: "mean", at: Float32Array.of(0, second, first, second), starts: [0], width: 1, opacity: 0.6 },
    { kind: "dots", role: "cond", term: "dot", at: Float32Array.of(first, second), radius: 8 },
  );
  return layers;
}
