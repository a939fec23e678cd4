// Reverse-mode differentiation: the gradient of a scalar is more graph.
import { DriftfieldError } from "../core/index.ts";
import { sameShape } from "./dim.ts";
import { shapeError, type Node, type Sym } from "./sym.ts";
import { topological } from "./onnx/emit.ts";
import { add } from "./ops/elementwise.ts";
import { constant, zeros } from "./ops/leaf.ts";

/**
 * The gradients of the scalar `loss` by each of `by`: syms of the same shapes, in the same graph. Zeros where the loss
 * doesn't depend on one. Throws when the loss isn't a scalar, or an op on the way has no gradient (it is named).
 */
export function grad(loss: Sym, by: readonly Sym[]): Sym[] {
  if (loss.rank !== 0) {
    throw new DriftfieldError("shape_mismatch", `grad: the loss must be a scalar, got ${loss}`, {
      received: loss.toString(),
      expected: "a scalar",
      hint: "reduce it with sum or mean",
    });
  }
  const wanted = new Set(by.map((sym) => sym.node));
  const nodes = topological([loss.node]);
  const relevant = new Set<Node>(); // nodes that something wanted flows through
  const reaches = (node: Node): boolean => node.inputs.some((input) => relevant.has(input.node));
  for (const node of nodes) if (wanted.has(node) || reaches(node)) relevant.add(node);
  const gradients = new Map<Sym, Sym>([[loss, constant(1)]]);
  for (const node of nodes.reverse()) {
    if (!reaches(node)) continue;
    const incoming = node.outputs.map((output) => gradients.get(output));
    if (incoming.every((gradient) => gradient === undefined)) continue;
    if (!node.op.grad) {
      throw new DriftfieldError("unsupported", `grad: ${node.op.name} has no gradient`, {
        path: node.op.name,
        hint: "put stopGradient before it, or another op in its place",
      });
    }
    node.op.grad(node, incoming).forEach((gradient, i) => {
      const input = node.inputs[i];
      if (gradient === undefined || !relevant.has(input.node)) return;
      if (!sameShape(gradient.shape, input.shape)) {
        throw shapeError(node.op.name, [input, gradient], "a gradient must have the shape of its input");
      }
      const sofar = gradients.get(input);
      gradients.set(input, sofar === undefined ? gradient : add(sofar, gradient));
    });
  }
  return by.map((sym) => gradients.get(sym) ?? zeros(sym.shape));
}
