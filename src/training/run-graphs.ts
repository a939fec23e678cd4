// The graphs of an exported run: loss and gradients for each number of processes, and the update of two flat buffers
// (one pass over memory, one exchange of gradients), with the places of all slots in them.
import { join } from "node:path";
import { sizeOf } from "../core/index.ts";
import { writeFileAtomic } from "../files/index.ts";
import { emitGraph, encodeModel, type Sym } from "../graph/index.ts";
import { decays, gradientGraph, updateGraph, type AdamWOptions, type BatchShapes, type Registry } from "../nn/index.ts";
import type { Task } from "./train.ts";

const RANKS = [1, 2, 4, 8, 16, 32, 64];
const ALIGN = 16; // numbers: every slot begins at a multiple of 64 bytes

export type Layout = {
  /** Numbers in the two flat buffers: what decays (a multiple of 16, seen as rows of 16) and what doesn't. */
  decay: number;
  plain: number;
  places: Record<string, { group: "decay" | "plain"; offset: number }>;
};

/** The place of every slot in the flat buffers. */
export function flatLayout(registry: Registry, decayAll = false): Layout {
  const layout: Layout = { decay: 0, plain: 0, places: {} };
  for (const [name, { shape }] of registry) {
    const group = decayAll || decays(name, shape) ? "decay" : "plain";
    layout.places[name] = { group, offset: layout[group] };
    layout[group] += Math.ceil(sizeOf(shape) / ALIGN) * ALIGN;
  }
  return layout;
}

/** Loss and gradients for each number of processes that divides the batch, and the update of the flat buffers. */
export async function writeGraphs(
  folder: string,
  task: Task,
  { decay, plain }: Layout,
  optimizer: Partial<AdamWOptions> | undefined,
) {
  const gradients: Record<string, string> = {};
  const write = async (file: string, outputs: Record<string, Sym>): Promise<string> => {
    await writeFileAtomic(join(folder, file), encodeModel(emitGraph(outputs, { target: "torch" })));
    return file;
  };
  for (const ranks of RANKS.filter((count) => task.batchSize % count === 0)) {
    const { outputs } = gradientGraph(task.loss, shareOf(task.batch, task.batchSize, ranks), ranks);
    gradients[ranks] = await write(ranks === 1 ? "gradients.onnx" : `gradients-${ranks}.onnx`, outputs);
  }
  const init = { kind: "constant", value: 0 } as const;
  const flat: Registry = new Map();
  if (decay > 0) flat.set("decay", { shape: [decay / ALIGN, ALIGN], init });
  if (plain > 0) flat.set("plain", { shape: [plain], init });
  return { gradients, update: await write("update.onnx", updateGraph(flat, optimizer).outputs) };
}

/** What one of `ranks` processes gets of a batch: inputs begin with the batch's axis. */
function shareOf(batch: BatchShapes, batchSize: number, ranks: number): BatchShapes {
  return Object.fromEntries(
    Object.entries(batch).map(([name, { shape, dtype }]) => {
      const [rows, ...rest] = shape;
      return [name, { shape: [(rows / batchSize) * (batchSize / ranks), ...rest], dtype }];
    }),
  );
}
