// What a picture is made of: plain data in the plane's own units, which any scene, export or test can make and read.
import type { Role } from "./theme.ts";

type Common = {
  /** The word in the text that speaks of this layer: pointing at one lights up the other. */
  readonly term?: string;
  readonly role: Role;
  /** From 0 to 1. */
  readonly opacity?: number;
};

/** `at` and `along`: (x0, y0, x1, y1, ...). Arrows start at `at`. */
export type Arrows = Common & {
  readonly kind: "arrows";
  readonly at: Float32Array;
  readonly along: Float32Array;
  readonly width?: number;
  readonly headSize?: number;
};

/**
 * Arrows of a field on a grid of `across` by `across` places over [-extent, extent], row by row from the bottom left.
 * On a small canvas only some of them are drawn. `strength`, from 0 to 1 a place, dims arrows; without it all are
 * strong.
 */
export type GridArrows = Common & {
  readonly kind: "grid";
  readonly along: Float32Array;
  readonly across: number;
  readonly extent: number;
  readonly strength?: Float32Array;
  /** The least distance between arrows, in pixels. */
  readonly gap?: number;
};

/** Dots of `radius` pixels; `hollow` ones are rings. */
export type Dots = Common & {
  readonly kind: "dots";
  readonly at: Float32Array;
  readonly radius?: number;
  readonly hollow?: boolean;
};

/** Lines through points, one after the other in `at`; `starts` are the indices of the points where each begins. */
export type Paths = Common & {
  readonly kind: "paths";
  readonly at: Float32Array;
  readonly starts: readonly number[];
  readonly width?: number;
  /** An arrow head in the middle of each, showing which way it goes. */
  readonly headed?: boolean;
  /** Fades from its beginning to its end, in this many pieces. */
  readonly fading?: boolean;
};

/** Shades over a square from (left, bottom), row by row from the bottom; values from 0 to 1. */
export type Shades = Common & {
  readonly kind: "shades";
  readonly values: Float32Array;
  readonly across: number;
  readonly left: number;
  readonly bottom: number;
  readonly size: number;
};

/** A word at a place; `upright` ones are read from below to above. */
export type Label = Common & {
  readonly kind: "label";
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly upright?: boolean;
  readonly align?: "left" | "center" | "right";
};

export type Layer = Arrows | GridArrows | Dots | Paths | Shades | Label;
