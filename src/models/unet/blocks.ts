// The blocks of a U-Net: what diffusers calls DownBlock2D, CrossAttnUpBlock2D and so on, told apart by two properties:
// what attends after each residual block, and how the size changes (unet_2d_blocks.py).
import { concat, type Sym } from "../../graph/index.ts";
import type { Scope } from "../../nn/index.ts";
import { placeAttention, simpleAttention, textTransformer } from "./attention.ts";
import { convolutionDown, convolutionUp, type Activation } from "./layers.ts";
import { resnetBlock, type ResnetOptions } from "./resnet.ts";

type BlockKind = { attention: "none" | "places" | "text" | "simple"; resample: "conv" | "resnet" };

export const blockKinds: Readonly<Record<string, BlockKind>> = {
  DownBlock2D: { attention: "none", resample: "conv" },
  UpBlock2D: { attention: "none", resample: "conv" },
  AttnDownBlock2D: { attention: "places", resample: "conv" },
  AttnUpBlock2D: { attention: "places", resample: "conv" },
  CrossAttnDownBlock2D: { attention: "text", resample: "conv" },
  CrossAttnUpBlock2D: { attention: "text", resample: "conv" },
  ResnetDownsampleBlock2D: { attention: "none", resample: "resnet" },
  ResnetUpsampleBlock2D: { attention: "none", resample: "resnet" },
  SimpleCrossAttnDownBlock2D: { attention: "simple", resample: "resnet" },
  SimpleCrossAttnUpBlock2D: { attention: "simple", resample: "resnet" },
  DownEncoderBlock2D: { attention: "none", resample: "conv" },
  UpDecoderBlock2D: { attention: "none", resample: "conv" },
  AttnDownEncoderBlock2D: { attention: "places", resample: "conv" },
  AttnUpDecoderBlock2D: { attention: "places", resample: "conv" },
};

/** What all blocks of a network have in common. */
export type Common = {
  groups: number;
  epsilon: number;
  activation: Activation;
  scaleShift: boolean;
  /** The time embedding (B, E) as it is, and after the activation. */
  time: { plain: Sym; active: Sym } | undefined;
  /** The blocks of Karlo's kind take the embedding as it is. */
  skipTimeActivation: boolean;
  outputScale: number;
  context: Sym | undefined;
  /** Added to the scores of the context: (B, 1, 1, L). */
  mask: Sym | undefined;
  linearProjection: boolean;
  contextNorm: "layer_norm" | "group_norm" | null;
  downPadding: number;
};

/** What is a block's own. */
export type Block = BlockKind & {
  channels: number;
  layers: number;
  heads: number;
  headSize: number | null;
  transformerLayers: number;
  onlyCross: boolean;
  last: boolean;
};

/** The residual blocks' settings in a block of this kind. */
function resnetOptions(common: Common, block: Pick<Block, "channels" | "attention" | "resample">): ResnetOptions {
  const { groups, epsilon, activation, scaleShift, time } = common;
  const karlo = block.resample === "resnet" && block.attention !== "places";
  const embedding = time && (karlo && common.skipTimeActivation ? time.plain : time.active);
  const outputScale = karlo ? common.outputScale : 1;
  return { channels: block.channels, groups, epsilon, activation, scaleShift, outputScale, time: embedding };
}

/** The attention that follows a residual block. */
function attend(scope: Scope, x: Sym, common: Common, block: Omit<Block, "channels" | "layers" | "last">): Sym {
  const { groups, epsilon, mask, linearProjection, contextNorm } = common;
  const { attention, headSize, heads, transformerLayers: layers, onlyCross } = block;
  const context = common.context!;
  switch (attention) {
    case "none":
      return x;
    case "places":
      return placeAttention(scope, x, { headSize, groups, epsilon });
    case "text":
      return textTransformer(scope, x, { heads, layers, groups, context, mask, linearProjection, onlyCross });
    case "simple":
      return simpleAttention(scope, x, { headSize: headSize!, groups, context, mask, onlyCross, contextNorm });
  }
}

/** Down: the map after the block, and what the way up will join to its own. */
export function downBlock(scope: Scope, x: Sym, common: Common, block: Block): { x: Sym; skips: Sym[] } {
  const skips: Sym[] = [];
  const options = resnetOptions(common, block);
  for (let i = 0; i < block.layers; i++) {
    x = attend(scope.at("attentions").at(i), resnetBlock(scope.at("resnets").at(i), x, options), common, block);
    skips.push(x);
  }
  if (block.last) return { x, skips };
  const sampler = scope.at("downsamplers").at(0);
  x =
    block.resample === "resnet"
      ? resnetBlock(sampler, x, { ...options, resample: "down" })
      : convolutionDown(sampler.at("conv"), x, block.channels, common.downPadding);
  return { x, skips: [...skips, x] };
}

/** Up: joins `skips`, if there are any, the last one first, and doubles the size, cut to `to` (height, width). */
export function upBlock(
  scope: Scope,
  x: Sym,
  skips: Sym[] | null,
  common: Common,
  block: Block & { to?: readonly [number, number] | undefined },
): Sym {
  const options = resnetOptions(common, block);
  for (let i = 0; i < block.layers; i++) {
    const joined = skips ? concat([x, skips.pop()!], 1) : x;
    x = attend(scope.at("attentions").at(i), resnetBlock(scope.at("resnets").at(i), joined, options), common, block);
  }
  if (block.last) return x;
  const sampler = scope.at("upsamplers").at(0);
  if (block.resample === "resnet") return resnetBlock(sampler, x, { ...options, resample: "up" });
  return convolutionUp(sampler.at("conv"), x, block.channels, block.to);
}

type Middle = Omit<Block, "channels" | "layers" | "last" | "resample"> & {
  outputScale: number;
  /** Groups of the norm before attention over places; null for none. */
  attentionGroups?: number | null;
  /** Whether a second residual block follows. */
  second: boolean;
};

/** The middle: a residual block, the attention, and another residual block. */
export function midBlock(scope: Scope, x: Sym, common: Common, block: Middle): Sym {
  const { attention, outputScale, headSize, attentionGroups = common.groups } = block;
  const channels = x.shape[1] as number;
  const options = {
    ...resnetOptions(common, { channels, attention, resample: attention === "simple" ? "resnet" : "conv" }),
    outputScale,
  };
  x = resnetBlock(scope.at("resnets").at(0), x, options);
  const layer = scope.at("attentions").at(0);
  x =
    attention === "places"
      ? placeAttention(layer, x, { headSize, groups: attentionGroups, epsilon: common.epsilon, outputScale })
      : attend(layer, x, common, { ...block, resample: "conv" });
  return block.second ? resnetBlock(scope.at("resnets").at(1), x, options) : x;
}
