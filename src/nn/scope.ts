// Parameter trees: a forward function asks its scope for named slots, and the registry behind it remembers each one's
// shape, first values and whether weight decay applies. Names follow PyTorch's ("blocks.0.attn.to_q.weight").
import { DriftfieldError } from "../core/index.ts";
import { parameter, sameShape, type Sym } from "../graph/index.ts";

/** How a slot is filled before training: uniform and normal by their scale, or one number. */
export type Init = { kind: "normal" | "uniform"; scale: number } | { kind: "constant"; value: number };
export type Slot = { shape: readonly number[]; init: Init };

/** All slots of a model, by full name, in the order of their first use. */
export type Registry = Map<string, Slot>;

/** Where a forward function finds its parameters. */
export class Scope {
  readonly registry: Registry;
  readonly #prefix: string;
  readonly #bind: (name: string, shape: readonly number[]) => Sym;

  /** `bind` gives the sym of a slot: a `parameter` leaf unless told otherwise (a training loop binds its state). */
  constructor(
    registry: Registry = new Map(),
    bind: (name: string, shape: readonly number[]) => Sym = once(),
    prefix = "",
  ) {
    this.registry = registry;
    this.#bind = bind;
    this.#prefix = prefix;
  }

  /** The scope `name` within this one. */
  at(name: string | number): Scope {
    return new Scope(this.registry, this.#bind, `${this.#prefix}${name}.`);
  }

  /** The slot `name`: the same sym however often it is asked for. Throws where it was made with another shape. */
  slot(name: string, shape: readonly number[], init: Init): Sym {
    const full = this.#prefix + name;
    const known = this.registry.get(full);
    if (known === undefined) this.registry.set(full, { shape, init });
    else if (!sameShape(known.shape, shape)) {
      throw new DriftfieldError("shape_mismatch", `the parameter ${full} is [${known.shape}], asked for as [${shape}]`);
    }
    return this.#bind(full, shape);
  }
}

function once(): (name: string, shape: readonly number[]) => Sym {
  const made = new Map<string, Sym>();
  return (name, shape) => {
    let sym = made.get(name);
    if (sym === undefined) made.set(name, (sym = parameter(name, shape)));
    return sym;
  };
}

export const zero: Init = { kind: "constant", value: 0 };
export const one: Init = { kind: "constant", value: 1 };
export const normal = (scale: number): Init => ({ kind: "normal", scale });
/** PyTorch's default for layers with `fanIn` inputs: uniform within 1 / sqrt(fanIn). */
export const fanIn = (inputs: number): Init => ({ kind: "uniform", scale: 1 / Math.sqrt(inputs) });
