// Small systems of linear equations, as multistep methods have them.

/** The x with `rows` x = `right`, by elimination with pivoting. Neither input is changed. */
export function solve(rows: readonly (readonly number[])[], right: readonly number[]): number[] {
  const n = right.length;
  const table = rows.map((row, i) => [...row, right[i]]);
  for (let column = 0; column < n; column++) {
    let pivot = column;
    for (let i = column + 1; i < n; i++) if (Math.abs(table[i][column]) > Math.abs(table[pivot][column])) pivot = i;
    [table[column], table[pivot]] = [table[pivot], table[column]];
    for (let i = 0; i < n; i++) {
      if (i === column) continue;
      const factor = table[i][column] / table[column][column];
      for (let j = column; j <= n; j++) table[i][j] -= factor * table[column][j];
    }
  }
  return table.map((row, i) => row[n] / row[i]);
}
