// Who is found: ranks of the right answer in rows of similarities.

/** How many others in `row` are at least as similar as `target`: 0 is found first; a tie counts against it. */
export function rankOf(row: ArrayLike<number>, target: number): number {
  let rank = 0;
  for (let i = 0; i < row.length; i++) if (i !== target && row[i] >= row[target]) rank++;
  return rank;
}

/** Dot products of every row of a with every row of b (both (B, D)). */
export function similarities(
  a: { data: Float32Array; shape: readonly number[] },
  b: { data: Float32Array; shape: readonly number[] },
): Float64Array[] {
  const size = a.shape[1];
  return Array.from({ length: a.shape[0] }, (_, i) => {
    const row = new Float64Array(b.shape[0]);
    for (let j = 0; j < row.length; j++) {
      let product = 0;
      for (let k = 0; k < size; k++) product += a.data[i * size + k] * b.data[j * size + k];
      row[j] = product;
    }
    return row;
  });
}

/** The ranks of the pairs on the diagonal: a's row i looks for b's row i, and the other way round. */
export function pairRanks(table: readonly ArrayLike<number>[]): { forward: number[]; backward: number[] } {
  const columns = table.map((_, j) => table.map((row) => row[j]));
  return { forward: table.map((row, i) => rankOf(row, i)), backward: columns.map((column, j) => rankOf(column, j)) };
}

/** The share of ranks that are among the first `k`. */
export const recallAt = (ranks: readonly number[], k: number): number =>
  ranks.filter((rank) => rank < k).length / ranks.length;
