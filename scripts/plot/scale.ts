// Logarithmic axes: where a value lies, and which values get a tick.

export type Scale = { (value: number): number; readonly ticks: readonly number[] };

/** Values from `low` to `high` onto pixels from `from` to `to`, even in the logarithm; ticks at 1, 2 and 5. */
export function logScale(low: number, high: number, from: number, to: number): Scale {
  const place = (value: number) => from + ((to - from) * Math.log(value / low)) / Math.log(high / low);
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++) {
    for (const digit of [1, 2, 5]) {
      const tick = Number((digit * 10 ** power).toPrecision(1));
      if (tick >= low * 0.999 && tick <= high * 1.001) ticks.push(tick);
    }
  }
  return Object.assign(place, { ticks });
}

/** Moves places apart to at least `gap`, as little as need be and within [low, high]; the order stays. */
export function apart(places: readonly number[], gap: number, low: number, high: number): number[] {
  const order = places.map((_, i) => i).sort((a, b) => places[a] - places[b]);
  const out = [...places];
  for (let pass = 0; pass < 200; pass++) {
    for (let k = 1; k < order.length; k++) {
      const [a, b] = [order[k - 1], order[k]];
      const lack = gap - (out[b] - out[a]);
      if (lack <= 0) continue;
      out[a] -= lack / 2;
      out[b] += lack / 2;
    }
    for (let i = 0; i < out.length; i++) out[i] = Math.min(Math.max(out[i], low), high);
  }
  return out;
}
