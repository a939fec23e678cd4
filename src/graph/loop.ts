// Several turns of one body in one run: for small models the overhead of calls dominates, for large ones the copies of
// state that each run returns.
import { DriftfieldError } from "../core/index.ts";
import { sameShape } from "./dim.ts";
import type { OnnxValue } from "./onnx/model.ts";
import { topological } from "./onnx/emit.ts";
import { applyAll, shapeError, type Node, type Op, type Sym } from "./sym.ts";
import { input } from "./ops/leaf.ts";

type Body = { count: number; turn: Sym; entering: readonly Sym[]; leaving: readonly Sym[]; records: readonly Sym[] };

const loopOp: Op<Body> = {
  name: "loop",
  infer: (_, { count, leaving, records }) => [
    ...leaving.map(({ shape, dtype }) => ({ shape, dtype })),
    ...records.map(({ shape, dtype }) => ({ shape: [count, ...shape], dtype })),
  ],
  emit: ({ attrs }, inputs, emitter) => {
    const { count, turn, entering, leaving, records } = attrs;
    const trips = emitter.ints([count], []);
    const value = (sym: Sym, name: string): OnnxValue => ({ name, dtype: sym.dtype, shape: sym.shape });
    const [turnName, goOn] = [emitter.fresh("turn"), emitter.fresh("cond")];
    const names = entering.map(() => emitter.fresh("state"));
    const bodyInputs: OnnxValue[] = [
      { name: turnName, dtype: "int64", shape: [] },
      { name: goOn, dtype: "bool", shape: [] },
      ...entering.map((sym, i) => value(sym, names[i])),
    ];
    const body = emitter.subgraph(emitter.fresh("body"), bodyInputs, () => {
      emitter.define(turn, turnName);
      entering.forEach((sym, i) => emitter.define(sym, names[i]));
      const results = emitter.emit([...leaving, ...records]);
      // An output needs a name of its own, of a node in here: a state may leave as it entered, or twice.
      const made = new Set(emitter.graphNodes.flatMap((node) => node.outputs));
      const own = (name: string): string => (made.delete(name) ? name : emitter.node("Identity", [name]));
      const outputs = [...leaving, ...records].map((sym, i) => value(sym, own(results[i])));
      return [{ name: emitter.node("Identity", [goOn]), dtype: "bool", shape: [] }, ...outputs];
    });
    const states = inputs.slice(0, entering.length); // the rest is seen by name
    const results = { count: leaving.length + records.length };
    return emitter.nodes("Loop", [trips, "", ...states], { body: { graph: body } }, results);
  },
};

/**
 * What a body takes from around it: syms that don't depend on its turn or state. They are inputs of the loop's node, so
 * that they are computed once, before it, and are known to whoever follows the graph (gradients, a loop around it).
 */
function outside(results: readonly Sym[], bound: readonly Sym[]): Sym[] {
  const inside = new Set<Node>(bound.map((sym) => sym.node));
  const nodes = topological(results.map((sym) => sym.node));
  for (const node of nodes) if (node.inputs.some((sym) => inside.has(sym.node))) inside.add(node);
  const used = [...results, ...nodes.filter((node) => inside.has(node)).flatMap((node) => node.inputs)];
  return [...new Set(used.filter((sym) => !inside.has(sym.node)))];
}

let loops = 0;

/**
 * Runs `body` `count` times. It gets the turn (an int64 scalar, from 0) and the state, and returns the next state (same
 * shapes) and what to record. Returns the last state, and each record stacked over the turns: (count, ...). The body
 * may use syms from outside; no gradient flows through a loop.
 */
export function loop(
  count: number,
  state: readonly Sym[],
  body: (turn: Sym, state: readonly Sym[]) => { state: readonly Sym[]; records: readonly Sym[] },
): { state: readonly Sym[]; records: readonly Sym[] } {
  if (!Number.isInteger(count) || count < 1) {
    throw new DriftfieldError("invalid_option", `loop: ${count} isn't a count`);
  }
  const scope = `loop${loops++}`;
  const turn = input(`${scope}.turn`, [], "int64");
  const entering = state.map((sym, i) => input(`${scope}.${i}`, sym.shape, sym.dtype));
  const { state: leaving, records } = body(turn, entering);
  if (leaving.length !== state.length) throw shapeError("loop", leaving, `the body must return ${state.length} states`);
  leaving.forEach((sym, i) => {
    if (!sameShape(sym.shape, state[i].shape) || sym.dtype !== state[i].dtype) {
      throw shapeError("loop", [state[i], sym], `state ${i} must keep its shape and dtype`);
    }
  });
  const captured = outside([...leaving, ...records], [turn, ...entering]);
  const outputs = applyAll(loopOp, [...state, ...captured], { count, turn, entering, leaving, records });
  return { state: outputs.slice(0, state.length), records: outputs.slice(state.length) };
}
