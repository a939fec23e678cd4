// From the plane's units to a canvas's pixels and back: y points up, and the shorter side shows `extent` each way.

export type View = {
  readonly width: number;
  readonly height: number;
  readonly scale: number;
  x(value: number): number;
  y(value: number): number;
  /** Pixels to the plane. */
  back(px: number, py: number): [number, number];
};

export function viewOf(
  width: number, height: number, extent: number, center: readonly [number, number] = [0, 0],
): View {
  const scale = Math.min(width, height) / (2 * extent);
  const [cx, cy] = center;
  return {
    width,
    height,
    scale,
    x: (value) => width / 2 + (value - cx) * scale,
    y: (value) => height / 2 - (value - cy) * scale,
    back: (px, py) => [cx + (px - width / 2) / scale, cy - (py - height / 2) / scale],
  };
}
