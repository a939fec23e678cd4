// A loss curve that can be read: the noise of single steps averaged away.

/** Means of at most `pieces` equal parts of `losses`, in order; the losses themselves where there are fewer. */
export function smoothed(losses: Float32Array, pieces = 120): Float32Array {
  if (losses.length <= pieces) return losses;
  return Float32Array.from({ length: pieces }, (_, k) => {
    const from = Math.floor((k * losses.length) / pieces);
    const to = Math.floor(((k + 1) * losses.length) / pieces);
    let sum = 0;
    for (let i = from; i < to; i++) sum += losses[i];
    return sum / (to - from);
  });
}
