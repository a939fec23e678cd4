// Doubling a map and then convolving it, without ever making the doubled map. Of the nine taps of a 3x3 kernel several
// fall on the same place of the small map, so each of the four positions within a doubled place is a 2x2 convolution of
// the small map with sums of the taps: 4 products for each output instead of 9.
import type { Emitter } from "../onnx/emit.ts";
import { apply, shapeError, type Op, type Sym } from "../sym.ts";
import { dimProduct } from "../dim.ts";
import { conv } from "./conv.ts";
import { upsampleNearest } from "./shape.ts";

/** The taps (of three) that fall on each of the two places that an even, and an odd, output sees along one axis. */
const SEEN = [
  [[0], [1, 2]],
  [[0, 1], [2]],
];

/** The positions within a doubled place: down, right. */
const POSITIONS = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
];

/** From the nine taps of a kernel, row by row, to the four of each position: (9, 16). */
function tapSums(): Float32Array {
  const sums = new Float32Array(9 * 16);
  POSITIONS.forEach(([down, right], position) =>
    SEEN[down].forEach((rows, y) =>
      SEEN[right].forEach((columns, x) => {
        for (const row of rows) {
          for (const column of columns) sums[(row * 3 + column) * 16 + position * 4 + y * 2 + x] = 1;
        }
      }),
    ),
  );
  return sums;
}

function composed(x: Sym, weight: Sym, bias: Sym | undefined): { doubled: Sym; y: Sym } {
  const doubled = upsampleNearest(x, 2, 2);
  return { doubled, y: conv(doubled, weight, bias, { padding: [1, 1] }) };
}

function emitApart(names: readonly string[], [out, inputs]: readonly number[], emitter: Emitter): string {
  const [x, weight, ...bias] = names;
  const flat = emitter.node("Reshape", [weight, emitter.ints([out * inputs, 9])]);
  const content = new Uint8Array(tapSums().buffer);
  const taps = emitter.node("MatMul", [flat, emitter.initializer({ dtype: "float32", shape: [9, 16], content })]);
  const each = emitter.nodes("Split", [taps, emitter.ints([4, 4, 4, 4])], { axis: 1 }, { count: 4 });
  const parts = POSITIONS.map(([down, right], position) => {
    const kernel = emitter.node("Reshape", [each[position], emitter.ints([out, inputs, 2, 2])]);
    return emitter.node("Conv", [x, kernel, ...bias], { pads: [1 - down, 1 - right, down, right] });
  });
  const together = emitter.node("Concat", parts, { axis: 1 });
  return emitter.node("DepthToSpace", [together], { blocksize: 2, mode: "DCR" });
}

const upsampleConvOp: Op<null> = {
  name: "upsampleConv",
  infer: (inputs) => {
    const [x, weight, bias] = inputs;
    const [out, channels, ...kernel] = weight.shape;
    if (x.rank !== 4 || weight.rank !== 4 || x.shape[1] !== channels || kernel.some((side) => side !== 3)) {
      throw shapeError("upsampleConv", inputs, "x is (N, C, H, W), the weight (O, C, 3, 3)");
    }
    if (bias && (bias.rank !== 1 || bias.shape[0] !== out)) {
      throw shapeError("upsampleConv", inputs, `the bias must be [${out}]`);
    }
    const [batch, , height, width] = x.shape;
    return [{ shape: [batch, out, dimProduct([height, 2]), dimProduct([width, 2])], dtype: x.dtype }];
  },
  grad: ({ inputs: [x, weight, bias] }, [g]) => {
    const { doubled, y } = composed(x, weight, bias);
    const [gd, ...others] = y.node.op.grad!(y.node, [g]);
    return [...doubled.node.op.grad!(doubled.node, [gd]), ...others];
  },
  emit: ({ inputs: [, weight] }, names, emitter) => [emitApart(names, weight.shape as number[], emitter)],
};

/**
 * The 3x3 convolution (padding 1) of `x` (N, C, H, W) doubled to its nearest neighbours: (N, O, 2 H, 2 W). `weight`
 * (O, C, 3, 3), `bias` (O). The sums of a constant weight's taps are made once, when the graph is compiled.
 */
export const upsampleConv = (x: Sym, weight: Sym, bias?: Sym): Sym =>
  apply(upsampleConvOp, bias ? [x, weight, bias] : [x, weight], null);
