// The spiral of smalldiffusion (Swissroll), and the same with three classes along it (Welch Labs' person, dog, cat).
import { checkShapeOptions, jitter, planeTensor, type PointSet, type Polyline, type ShapeOptions } from "./point-set.ts";

const [T_MIN, T_MAX] = [Math.PI / 2, 5 * Math.PI];
const CURVE = 600;
const fround = Math.fround;

/** torch.linspace(0, 1, n)[i] in float32: from both ends, so that the last is 1 exactly; one rounding, as its FMA. */
function evenly(i: number, n: number): number {
  if (n === 1) return 0;
  const step = fround(1 / (n - 1));
  return i < n / 2 ? fround(step * i) : fround(1 - step * (n - 1 - i));
}

/** The angle of point i: t_min + i/(n-1) t_max. (Not t_max - t_min: smalldiffusion's spiral goes on to 5.5 pi.) */
function angle(i: number, n: number): number {
  return fround(fround(T_MIN) + fround(evenly(i, n) * fround(T_MAX)));
}

function place(t: number): [number, number] {
  const largest = fround(T_MAX);
  return [fround(fround(t * fround(Math.cos(t))) / largest), fround(fround(t * fround(Math.sin(t))) / largest)];
}

function points(count: number): Float32Array {
  const out = new Float32Array(2 * count);
  for (let i = 0; i < count; i++) out.set(place(angle(i, count)), 2 * i);
  return out;
}

function curve(from = 0, to = 1): Polyline {
  const span = fround(T_MAX);
  const steps = Math.ceil(CURVE * (to - from));
  return Float32Array.from({ length: steps + 1 }, (_, k) => T_MIN + (from + ((to - from) * k) / steps) * span).reduce(
    (line, t, k) => (line.set(place(t), 2 * k), line),
    new Float32Array(2 * (steps + 1)),
  );
}

/** smalldiffusion's Swissroll(pi/2, 5 pi, count): 100 points from (0, 0.1) out to radius 1.1. */
export function spiral({ count = 100, seed = 0, noise = 0 }: ShapeOptions = {}): PointSet {
  checkShapeOptions({ count, noise });
  return { name: "spiral", points: planeTensor(jitter(points(count), noise, seed)), curves: [curve()] };
}

/** The names of the three classes, from the middle outward. */
export const SPIRAL_CLASSES = ["person", "dog", "cat"] as const;

/**
 * smalldiffusion's MultiClassSwissroll(pi/2, 5 pi, count, 3): class min(floor(3 (t - t_min) / (t_max - t_min)), 2),
 * which makes the outer class longer: 30, 30 and 40 of 100. Curve k is class k's.
 */
export function spiralClasses({ count = 100, seed = 0, noise = 0 }: ShapeOptions = {}): PointSet {
  checkShapeOptions({ count, noise });
  const classOf = (t: number): number => Math.min(Math.floor(((t - T_MIN) / (T_MAX - T_MIN)) * 3), 2);
  const share = (T_MAX - T_MIN) / T_MAX / 3; // of the parameter from 0 to 1 that one class but the last takes
  return {
    name: "classes",
    points: planeTensor(jitter(points(count), noise, seed)),
    curves: [curve(0, share), curve(share, 2 * share), curve(2 * share, 1)],
    classes: Int32Array.from({ length: count }, (_, i) => classOf(angle(i, count))),
    classNames: SPIRAL_CLASSES,
  };
}
