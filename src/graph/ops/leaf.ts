// Where graphs begin: inputs of a run, parameters (named slots), constants.
import { DriftfieldError, sizeOf } from "../../core/index.ts";
import { isStatic, type Shape } from "../dim.ts";
import { apply, type DType, type Op, type Sym } from "../sym.ts";

type Named = { name: string; shape: Shape; dtype: DType };

const inputOp: Op<Named> = {
  name: "input",
  infer: (_, { shape, dtype }) => [{ shape, dtype }],
  emit: (node, _, emitter) => {
    const { name, shape, dtype } = node.attrs;
    emitter.claim(name, "inputs");
    emitter.inputs.push({ name, shape, dtype });
    return [name];
  },
};

const parameterOp: Op<Named> = {
  name: "parameter",
  infer: (_, { shape, dtype }) => [{ shape, dtype }],
  emit: (node, _, emitter) => {
    const { name, shape, dtype } = node.attrs;
    emitter.claim(name, "parameters");
    const binding = emitter.bind(name);
    if (binding === "input") {
      emitter.inputs.push({ name, shape, dtype });
      return [name];
    }
    const stored = emitter.initializer({ ...binding, shape: shape as number[] }, name);
    return [binding.dtype === dtype ? stored : emitter.node("Cast", [stored], { to: 1 })];
  },
};

type Constant = { data: Float32Array | Int32Array | BigInt64Array; shape: readonly number[] };

const constantOp: Op<Constant> = {
  name: "constant",
  infer: (_, { data, shape }) => [{ shape, dtype: dtypeOf(data) }],
  emit: (node, _, emitter) => {
    const { data, shape } = node.attrs;
    if (data.length === 1 && shape.length === 0 && data instanceof Float32Array) return [emitter.scalar(data[0])];
    const content = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    return [emitter.initializer({ dtype: dtypeOf(data), shape, content })];
  },
};

function dtypeOf(data: Constant["data"]): DType {
  return data instanceof Float32Array ? "float32" : data instanceof Int32Array ? "int32" : "int64";
}

/** A value given anew at each run. A dimension may be a name ("B"): known only then. */
export function input(name: string, shape: Shape, dtype: DType = "float32"): Sym {
  return apply(inputOp, [], { name, shape, dtype });
}

/** A named slot that is bound to weights when the graph is compiled: as a constant, or as an input (training). */
export function parameter(name: string, shape: readonly number[]): Sym {
  return apply(parameterOp, [], { name, shape, dtype: "float32" });
}

/** The name of a parameter, or null for any other sym. */
export function parameterName(sym: Sym): string | null {
  return (sym.node.op as Op<unknown>) === (parameterOp as Op<unknown>) ? (sym.node.attrs as Named).name : null;
}

/** A value fixed in the graph: a number (scalar), or data of a shape. */
export function constant(value: number | Constant["data"], shape?: readonly number[]): Sym {
  if (typeof value === "number") return apply(constantOp, [], { data: Float32Array.of(value), shape: [] });
  const wanted = shape ?? [value.length];
  if (sizeOf(wanted) !== value.length) {
    throw new DriftfieldError("shape_mismatch", `constant: ${value.length} numbers don't fill the shape [${wanted}]`);
  }
  return apply(constantOp, [], { data: value, shape: wanted });
}

/** The value of a scalar constant, or null: lets ops simplify themselves. */
export function constantScalar(sym: Sym): number | null {
  if ((sym.node.op as Op<unknown>) !== (constantOp as Op<unknown>)) return null;
  const { data, shape } = sym.node.attrs as Constant;
  return shape.length === 0 && data instanceof Float32Array ? data[0] : null;
}

/** Zeros of a static shape. */
export function zeros(shape: Shape): Sym {
  if (!isStatic(shape)) throw new DriftfieldError("shape_mismatch", "zeros: every dimension must be a number");
  return constant(new Float32Array(sizeOf(shape)), shape);
}
