// What the processes of one run exchange inside a graph (distributed/ runs them): a loss over the whole batch needs it.
import { DriftfieldError } from "../../core/index.ts";
import type { Emitter } from "../onnx/emit.ts";
import { apply, staticShape, type Op, type Sym } from "../sym.ts";

/** The nodes that only distributed/ knows: nothing is exchanged elsewhere. */
function exchange(emitter: Emitter, opType: string, inputs: readonly string[]): string[] {
  if (emitter.target === "torch") return emitter.nodes(opType, inputs, {}, { domain: "driftfield" });
  throw new DriftfieldError("unsupported", `${opType}: a graph for several processes runs in PyTorch alone`, {
    path: opType,
    received: emitter.target,
    expected: "torch",
    hint: "build it for one process",
  });
}

const gatherOp: Op<number> = {
  name: "gatherRanks",
  infer: ([x], ranks) => {
    const [rows, ...rest] = staticShape(x, "gatherRanks");
    return [{ shape: [rows * ranks, ...rest], dtype: x.dtype }];
  },
  grad: ({ attrs: ranks }, [g]) => [apply(scatterOp, [g!], ranks)],
  emit: (_, inputs, emitter) => exchange(emitter, "GatherRanks", inputs),
};

/** The sum over all processes, of which each keeps its own rows. */
const scatterOp: Op<number> = {
  name: "scatterRanks",
  infer: ([x], ranks) => {
    const [rows, ...rest] = staticShape(x, "scatterRanks");
    return [{ shape: [rows / ranks, ...rest], dtype: x.dtype }];
  },
  emit: (_, inputs, emitter) => exchange(emitter, "ScatterRanks", inputs),
};

const meanOp: Op<null> = {
  name: "meanOverRanks",
  infer: ([x]) => [{ shape: x.shape, dtype: x.dtype }],
  grad: (_, [g]) => [apply(meanOp, [g!], null)],
  emit: (_, inputs, emitter) => exchange(emitter, "MeanOverRanks", inputs),
};

/** The rows (B, ...) of all `ranks` processes in their order, (B ranks, ...); `x` itself where there is one. */
export const gatherRanks = (x: Sym, ranks: number): Sym => (ranks === 1 ? x : apply(gatherOp, [x], ranks));

/** The mean of `x` over all `ranks` processes: for numbers of the whole batch that a loss isn't linear in. */
export const meanOverRanks = (x: Sym, ranks: number): Sym => (ranks === 1 ? x : apply(meanOp, [x], null));
