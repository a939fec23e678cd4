// A value with a gradient rule of its own, for expressions whose derived gradient would be slow or unstable; and one
// that some engine has one kernel for.
import type { OnnxAttribute } from "../onnx/model.ts";
import { apply, type Op, type Sym } from "../sym.ts";

type Rule = (g: Sym) => readonly (Sym | undefined)[];

const customOp: Op<Rule> = {
  name: "customGradient",
  infer: ([y]) => [y],
  grad: ({ attrs: rule }, [g]) => [undefined, ...rule(g!)],
  emit: (_, [y]) => [y],
};

/** `y`, an expression of `inputs`, differentiated by `rule` (gradient of y to gradients of the inputs) instead. */
export const customGradient = (y: Sym, inputs: readonly Sym[], rule: Rule): Sym =>
  apply(customOp, [y, ...inputs], rule);

type Kernel = { opType: string; attributes: Record<string, OnnxAttribute> };

const kernelOp: Op<Kernel> = {
  name: "kernel",
  infer: ([y]) => [y],
  grad: (_, [g]) => [g],
  emit: ({ attrs: { opType, attributes } }, [y, ...inputs], emitter) =>
    emitter.target === "torch" ? emitter.nodes(opType, inputs, attributes, { domain: "driftfield" }) : [y],
};

/**
 * `y`, an expression of `inputs`; PyTorch runs its own kernel `opType` of the inputs instead (a function in
 * distributed/driftfield_distributed/ops.py). The gradient is that of `y`.
 */
export const withKernel = (
  y: Sym,
  inputs: readonly Sym[],
  opType: string,
  attributes: Record<string, OnnxAttribute> = {},
): Sym => apply(kernelOp, [y, ...inputs], { opType, attributes });
