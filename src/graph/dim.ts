// One dimension of a symbolic shape: a number, or a product such as "2*B*T" whose letters are known only at run time.
// Shapes that batch and size may leave open cost one graph, not one graph a size.

/** A number, or a monomial in named unknowns with its factor first: "B", "4*B", "2*B*T". */
export type Dim = number | string;
export type Shape = readonly Dim[];

type Monomial = { factor: number; names: string[] };

function parse(dim: Dim): Monomial {
  if (typeof dim === "number") return { factor: dim, names: [] };
  const parts = dim.split("*");
  const factor = Number(parts[0]);
  return Number.isNaN(factor) ? { factor: 1, names: parts } : { factor, names: parts.slice(1) };
}

function format({ factor, names }: Monomial): Dim {
  if (names.length === 0 || factor === 0) return factor;
  const sorted = [...names].sort();
  return factor === 1 ? sorted.join("*") : [factor, ...sorted].join("*");
}

/** The product of dimensions. */
export function dimProduct(dims: readonly Dim[]): Dim {
  let factor = 1;
  const names: string[] = [];
  for (const dim of dims) {
    if (typeof dim === "number") {
      factor *= dim;
      continue;
    }
    const parsed = parse(dim);
    factor *= parsed.factor;
    names.push(...parsed.names);
  }
  return format({ factor, names });
}

/** a / b, or null where that isn't a whole number (or not known to be one). */
export function dimQuotient(a: Dim, b: Dim): Dim | null {
  const top = parse(a);
  const bottom = parse(b);
  if (bottom.factor === 0 || top.factor % bottom.factor !== 0) return null;
  const names = [...top.names];
  for (const name of bottom.names) {
    const index = names.indexOf(name);
    if (index < 0) return null;
    names.splice(index, 1);
  }
  return format({ factor: top.factor / bottom.factor, names });
}

export function isStatic(shape: Shape): shape is readonly number[] {
  return shape.every((dim) => typeof dim === "number");
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dim, i) => dim === b[i]);
}

/** "[32, B, 4]" */
export function showShape(shape: Shape): string {
  return `[${shape.join(", ")}]`;
}

/** The shape of an elementwise result (numpy's broadcasting), or null where the two don't fit. */
export function broadcastShapes(a: Shape, b: Shape): Shape | null {
  const rank = Math.max(a.length, b.length);
  const out: Dim[] = [];
  for (let i = 0; i < rank; i++) {
    const left = a[a.length - rank + i] ?? 1;
    const right = b[b.length - rank + i] ?? 1;
    if (left === right || right === 1) out.push(left);
    else if (left === 1) out.push(right);
    else return null;
  }
  return out;
}
