// Symbolic tensors: what a graph is made of. A `Sym` is one output of a node; a node is an op applied to syms.
import { DriftfieldError } from "../core/index.ts";
import type { Emitter } from "./onnx/emit.ts";
import { isStatic, showShape, type Shape } from "./dim.ts";

export type DType = "float32" | "int32" | "int64" | "uint8" | "bool" | "float16" | "bfloat16";

/** A symbolic tensor: shape and dtype are known, the values only when a runtime executes the graph. */
export class Sym {
  readonly node: Node;
  readonly index: number;
  readonly shape: Shape;
  readonly dtype: DType;

  constructor(node: Node, index: number, shape: Shape, dtype: DType) {
    this.node = node;
    this.index = index;
    this.shape = shape;
    this.dtype = dtype;
  }

  get rank(): number {
    return this.shape.length;
  }

  toString(): string {
    return `${this.node.op.name}${showShape(this.shape)}:${this.dtype}`;
  }
}

export type Typed = { shape: Shape; dtype: DType };

/** What an op knows: its shape rule, its gradient (a rule that builds more graph), and the ONNX node(s) it becomes. */
export type Op<A = unknown> = {
  name: string;
  /** Shapes and dtypes of the outputs; throws through `shapeError` where the inputs don't fit. */
  infer(inputs: readonly Sym[], attrs: A): Typed[];
  /** Gradients by the inputs, given those by the outputs (undefined where nothing depends on it). */
  grad?(node: Node<A>, gradients: readonly (Sym | undefined)[]): (Sym | undefined)[];
  /** Adds ONNX nodes and returns the names of the outputs. */
  emit(node: Node<A>, inputs: readonly string[], emitter: Emitter): string[];
};

let counter = 0;

export class Node<A = unknown> {
  readonly id: number = counter++;
  readonly op: Op<A>;
  readonly inputs: readonly Sym[];
  readonly attrs: A;
  readonly outputs: readonly Sym[];

  constructor(op: Op<A>, inputs: readonly Sym[], attrs: A, types: readonly Typed[]) {
    this.op = op;
    this.inputs = inputs;
    this.attrs = attrs;
    this.outputs = types.map(({ shape, dtype }, i) => new Sym(this as Node, i, shape, dtype));
  }
}

/** Applies an op: infers shapes (and throws here, at the line that builds the graph) and makes the node. */
export function applyAll<A>(op: Op<A>, inputs: readonly Sym[], attrs: A): readonly Sym[] {
  return new Node(op, inputs, attrs, op.infer(inputs, attrs)).outputs;
}

/** `applyAll` for ops with one output. */
export function apply<A>(op: Op<A>, inputs: readonly Sym[], attrs: A): Sym {
  return applyAll(op, inputs, attrs)[0];
}

/** The error for inputs that don't fit: the op's name, every input's shape, and the rule. */
export function shapeError(op: string, inputs: readonly (Sym | Shape)[], rule: string): DriftfieldError {
  const shapes = inputs.map((input) => showShape(input instanceof Sym ? input.shape : input)).join(" and ");
  return new DriftfieldError("shape_mismatch", `${op}: ${shapes} don't fit: ${rule}`, {
    path: op,
    received: shapes,
    expected: rule,
    hint: "check the shapes where this line builds the graph",
  });
}

/** The shape as numbers; throws where a dimension is symbolic. */
export function staticShape(sym: Sym, what: string): readonly number[] {
  if (!isStatic(sym.shape)) throw shapeError(what, [sym], "every dimension must be a number here");
  return sym.shape;
}

/** A non-negative axis of `sym`. */
export function axisOf(sym: Sym, axis: number, what: string): number {
  const normal = axis < 0 ? axis + sym.rank : axis;
  if (!Number.isInteger(normal) || normal < 0 || normal >= sym.rank) {
    throw shapeError(what, [sym], `axis ${axis} must be from ${-sym.rank} to ${sym.rank - 1}`);
  }
  return normal;
}
