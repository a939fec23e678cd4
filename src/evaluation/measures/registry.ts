// Every measure by name, in the order of docs/results.md.
import { adherenceEmoji } from "./adherence-emoji.ts";
import { adherenceFaces } from "./adherence-faces.ts";
import { arithmetic } from "./arithmetic.ts";
import { faceJudge } from "./face-judge.ts";
import { frechet } from "./frechet.ts";
import type { Measure } from "./measure.ts";
import { nearest } from "./nearest.ts";
import { points } from "./points.ts";
import { pointsClasses } from "./points-classes.ts";
import { reconstruction } from "./reconstruction.ts";
import { retrieval } from "./retrieval.ts";
import { sheets } from "./sheets.ts";
import { ddpm, guidance, steps } from "./sweeps.ts";
import { zeroShot } from "./zero-shot.ts";

export const measures: readonly Measure[] = [
  retrieval,
  zeroShot,
  arithmetic,
  reconstruction,
  faceJudge,
  sheets,
  adherenceFaces,
  adherenceEmoji,
  guidance,
  steps,
  ddpm,
  frechet,
  nearest,
  points,
  pointsClasses,
];
