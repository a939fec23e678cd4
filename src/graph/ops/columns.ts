// Convolution as one matrix product over shifted copies of the picture (channels last): on CPUs its gradients are much
// faster than those made of convolutions (docs/decisions/0004-convolutions.md).
import { apply, shapeError, staticShape, type Op, type Sym } from "../sym.ts";
import { customGradient, withKernel } from "./custom.ts";
import { add } from "./elementwise.ts";
import { take } from "./gather.ts";
import { linear, matmul } from "./matmul.ts";
import { sumTo } from "./reduce.ts";
import { pad, reshape, slice, split, transpose } from "./shape.ts";

type Window = { kernel: readonly [number, number]; padding: readonly [number, number] };

const columnsOp: Op<Window> = {
  name: "columns",
  infer: ([x], { kernel: [kh, kw], padding: [ph, pw] }) => {
    if (x.rank !== 4) throw shapeError("columns", [x], "x is (N, H, W, C)");
    const [n, h, w, c] = x.shape;
    if (typeof h !== "number" || typeof w !== "number" || typeof c !== "number") {
      throw shapeError("columns", [x], "all but the batch must be numbers");
    }
    if (ph < 0 || pw < 0) throw shapeError("columns", [x], `padding ${ph}, ${pw} must not be negative`);
    if (h + 2 * ph < kh || w + 2 * pw < kw) throw shapeError("columns", [x], `a ${kh}x${kw} window doesn't fit`);
    return [{ shape: [n, h + 2 * ph - kh + 1, w + 2 * pw - kw + 1, kh * kw * c], dtype: x.dtype }];
  },
  // Each shifted copy goes back to where it came from.
  grad: ({ inputs: [x], attrs: { kernel: [kh, kw], padding: [ph, pw] } }, [g]) => {
    const [, h, w, c] = x.shape as number[];
    const [, oh, ow] = g!.shape as number[];
    const pieces = split(g!, new Array(kh * kw).fill(c), 3).map((piece, i) => {
      const [dy, dx] = [Math.floor(i / kw), i % kw];
      return pad(pad(piece, 1, dy, h + 2 * ph - oh - dy), 2, dx, w + 2 * pw - ow - dx);
    });
    return [slice(slice(pieces.reduce(add), 1, ph, ph + h), 2, pw, pw + w)];
  },
  emit: ({ inputs: [x], attrs: { kernel: [kh, kw], padding: [ph, pw] }, outputs: [y] }, [name], emitter) => {
    const padded = ph + pw === 0 ? name : emitter.node("Pad", [name, emitter.ints([0, ph, pw, 0, 0, ph, pw, 0])]);
    const [, h, w, c] = x.shape as number[];
    const [, oh, ow] = y.shape as number[];
    // One Gather of places copies on all cores; slices and a concat would copy twice, on one.
    const wide = w + 2 * pw;
    const places = Array.from({ length: oh * ow * kh * kw }, (_, i) => {
      const [tap, place] = [i % (kh * kw), Math.floor(i / (kh * kw))];
      return (Math.floor(place / ow) + Math.floor(tap / kw)) * wide + (place % ow) + (tap % kw);
    });
    const rows = emitter.node("Reshape", [padded, emitter.ints([0, (h + 2 * ph) * wide, c])]);
    // A target of 0 keeps the batch, which may be open.
    const seen = emitter.node("Gather", [rows, emitter.ints(places)], { axis: 1 });
    return [emitter.node("Reshape", [seen, emitter.ints([0, oh, ow, kh * kw * c])])];
  },
};

/** The windows around each place of `x` (N, H, W, C): (N, H', W', kh kw C). Stride 1. */
export const columns = (x: Sym, window: Window): Sym => apply(columnsOp, [x], window);

/**
 * 2-D convolution with channels last, stride 1: `x` (N, H, W, C), `weight` (O, C, kh, kw), `bias` (O); (N, H', W', O).
 * One matrix product over `columns`; so are both gradients.
 */
export function conv2dChannelsLast(x: Sym, weight: Sym, bias?: Sym, padding: readonly [number, number] = [0, 0]): Sym {
  const inputs = bias ? [x, weight, bias] : [x, weight];
  if (weight.rank !== 4 || x.rank !== 4 || weight.shape[1] !== x.shape[3]) {
    throw shapeError("conv2dChannelsLast", inputs, "x is (N, H, W, C), the weight (O, C, kh, kw)");
  }
  const [o, c, kh, kw] = staticShape(weight, "conv2dChannelsLast");
  if (padding[0] >= kh || padding[1] >= kw) {
    throw shapeError("conv2dChannelsLast", inputs, `padding ${padding} must be less than the ${kh}x${kw} window`);
  }
  if (kh * kw === 1 && padding[0] + padding[1] === 0) return linear(x, reshape(weight, [o, c]), bias);
  const seen = columns(x, { kernel: [kh, kw], padding });
  const product = linear(seen, reshape(transpose(weight, [0, 2, 3, 1]), [o, kh * kw * c]), bias);
  const y = withKernel(product, inputs, "ConvChannelsLast", { padding });
  return customGradient(y, inputs, (g) => {
    const rows = reshape(g, [-1, o]);
    const byTap = reshape(matmul(rows, reshape(seen, [-1, kh * kw * c]), { transA: true }), [o, kh, kw, c]);
    // dX is the convolution of g with the kernel turned by half a turn, inputs and outputs swapped.
    const taps = reshape(transpose(weight, [1, 2, 3, 0]), [c, kh * kw, o]);
    const turned = take(taps, 1, Array.from({ length: kh * kw }, (_, i) => kh * kw - 1 - i));
    const around = columns(g, { kernel: [kh, kw], padding: [kh - 1 - padding[0], kw - 1 - padding[1]] });
    const dx = linear(around, reshape(turned, [c, kh * kw * o]));
    const dw = transpose(byTap, [0, 3, 1, 2]);
    return [
      withKernel(dx, [g, weight], "ConvChannelsLastInputGradient", { padding }),
      withKernel(dw, [g, x], "ConvChannelsLastWeightGradient", { padding, kernel: [kh, kw] }),
      bias && sumTo(g, bias.shape),
    ];
  });
}
