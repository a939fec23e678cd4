// The residual block of every convolutional diffusion model (ResnetBlock2D in diffusers' resnet.py).
import { add, div, mul, reshape, split, type Sym } from "../../graph/index.ts";
import { denseLayer, type Scope } from "../../nn/index.ts";
import { activations, averageDown, convolution, convolutionUp, groupNormLayer, upTo, type Activation } from "./layers.ts";

export type ResnetOptions = {
  channels: number;
  groups: number;
  epsilon: number;
  activation: Activation;
  /** The time embedding (B, E), activated where the block wants it so. */
  time?: Sym;
  /** How the time comes in: added after the first convolution, or as scale and shift of the second norm. */
  scaleShift?: boolean;
  /** What the sum is divided by. */
  outputScale?: number;
  resample?: "up" | "down" | undefined;
};

/** (B, C, H, W) to (B, channels, H, W), or half or twice the size. */
export function resnetBlock(scope: Scope, x: Sym, options: ResnetOptions): Sym {
  const { channels, groups, epsilon, time, scaleShift = false, outputScale = 1, resample } = options;
  const act = activations[options.activation];
  const resized = (y: Sym): Sym => (resample === "up" ? upTo(y) : resample === "down" ? averageDown(y) : y);
  const first = act(groupNormLayer(scope.at("norm1"), x, groups, epsilon));
  const enter = scope.at("conv1");
  let h = resample === "up" ? convolutionUp(enter, first, channels) : convolution(enter, resized(first), channels, 3);
  const places = (y: Sym): Sym => reshape(y, [y.shape[0], y.shape[1], 1, 1]);
  const shift = time && places(denseLayer(scope.at("time_emb_proj"), time, channels * (scaleShift ? 2 : 1)));
  if (shift && !scaleShift) h = add(h, shift);
  h = groupNormLayer(scope.at("norm2"), h, groups, epsilon);
  if (shift && scaleShift) {
    const [scale, offset] = split(shift, [channels, channels], 1);
    h = add(mul(h, add(scale, 1)), offset);
  }
  h = convolution(scope.at("conv2"), act(h), channels, 3);
  const kept = resized(x);
  const straight = x.shape[1] === channels ? kept : convolution(scope.at("conv_shortcut"), kept, channels, 1);
  return div(add(straight, h), outputScale);
}
