// A value with a gradient rule of its own: for expressions whose derived gradient would be slow or unstable.
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
