// A published AutoencoderKL from its folder: each half compiled for a size when that size first comes.
import { DriftfieldError, type Tensor } from "../../core/index.ts";
import { input, type Sym } from "../../graph/index.ts";
import { type Registry, Scope } from "../../nn/index.ts";
import type { Program } from "../../runtime/index.ts";
import { compileComponent, type ComponentOptions, type ModelPlace, readConfig, weightsIn } from "../component.ts";
import { olderAttention } from "../unet/names.ts";
import { autoencoderKLConfig, pixelsPerLatent, type AutoencoderKLConfig } from "./kl-config.ts";
import { decodeKL, encodeKL } from "./kl-graph.ts";
import { inTiles, type Tiling } from "./tiles.ts";

export type AutoencoderKL = {
  readonly config: AutoencoderKLConfig;
  readonly hash: string;
  /** Pictures (B, 3, H, W) in [-1, 1] to mean and log variance of their latents, each (B, C, h, w), not yet scaled. */
  encode(pixels: Tensor): Promise<{ mean: Tensor; logvar: Tensor }>;
  /** Latents (B, C, h, w), divided by the scaling factor, to pictures (B, 3, H, W), about [-1, 1]. */
  decode(latents: Tensor): Promise<Tensor>;
  dispose(): Promise<void>;
};

export type AutoencoderOptions = ComponentOptions & {
  /** Works in overlapping tiles of the size of the training's pictures: less memory, and slightly other pictures. */
  tiled?: boolean;
  /** Works on one picture of a batch after the other. */
  sliced?: boolean;
};

const OVERLAP = 0.25;

/** Tiles as the reference cuts them, for maps that are `scale` times as large at the other end. */
function tilings(config: AutoencoderKLConfig): { encode: Tiling; decode: Tiling } {
  const pixels = Array.isArray(config.sample_size) ? config.sample_size[0] : config.sample_size;
  const latents = Math.floor(pixels / pixelsPerLatent(config));
  const tiling = (size: number, out: number): Tiling => {
    const blend = Math.floor(out * OVERLAP);
    return { size, stride: Math.floor(size * (1 - OVERLAP)), blend, keep: out - blend };
  };
  return { encode: tiling(pixels, latents), decode: tiling(latents, pixels) };
}

/** (B, ...) as B times (1, ...). */
function slices({ data, shape: [batch, ...rest] }: Tensor): Tensor[] {
  const size = data.length / batch;
  return Array.from({ length: batch }, (_, i) => ({
    data: data.slice(i * size, (i + 1) * size),
    shape: [1, ...rest],
  }));
}

function stacked(items: readonly Tensor[]): Tensor {
  const size = items[0].data.length;
  const data = new Float32Array(items.length * size);
  items.forEach((item, i) => data.set(item.data, i * size));
  return { data, shape: [items.length, ...items[0].shape.slice(1)] };
}

/** Channels `from` to `to` of (B, C, H, W). */
function channelsOf({ data, shape: [batch, channels, ...places] }: Tensor, from: number, to: number): Tensor {
  const size = data.length / batch / channels;
  const parts = Array.from({ length: batch }, (_, i) =>
    data.subarray((i * channels + from) * size, (i * channels + to) * size),
  );
  return stacked(parts.map((part) => ({ data: part, shape: [1, to - from, ...places] })));
}

/** Loads the autoencoder in `folder` (diffusers layout). Throws where a file is missing, damaged or of another kind. */
export async function loadAutoencoderKL(folder: ModelPlace, options: AutoencoderOptions): Promise<AutoencoderKL> {
  const { backend, variant, tiled = false, sliced = false } = options;
  const config = await readConfig(folder, autoencoderKLConfig);
  const files = weightsIn(folder, variant);
  const cuts = tilings(config);
  let compiled: { key: string; program: Program } | undefined;
  let hash = "";

  /** One half over one map. */
  const run = async (half: "encode" | "decode", x: Tensor): Promise<Tensor> => {
    const [height, width] = x.shape.slice(2);
    const key = `${half} ${height} ${width}`;
    if (compiled?.key !== key) {
      await compiled?.program.dispose();
      compiled = undefined;
      const build = (scope: Scope): Record<string, Sym> => graphOf(scope, half, [height, width], config);
      const made = await compileComponent(`vae-${half}`, files, backend, build, olderAttention);
      [compiled, hash] = [{ key, program: made.program }, made.hash];
    }
    return (await compiled.program.run({ x })).out as Tensor;
  };
  /** One half over maps of any size and batch. */
  const whole = async (half: "encode" | "decode", x: Tensor): Promise<Tensor> => {
    checkMap(half, x, config);
    const large = Math.max(x.shape[2], x.shape[3]) > cuts[half].size;
    const one = (map: Tensor): Promise<Tensor> =>
      tiled && large ? inTiles(map, cuts[half], (tile) => run(half, tile)) : run(half, map);
    if (!sliced || x.shape[0] === 1) return one(x);
    const parts: Tensor[] = [];
    for (const part of slices(x)) parts.push(await one(part));
    return stacked(parts);
  };
  return {
    config,
    get hash() {
      return hash;
    },
    async encode(pixels) {
      const moments = await whole("encode", pixels);
      const latent = config.latent_channels;
      const [mean, logvar] = [channelsOf(moments, 0, latent), channelsOf(moments, latent, 2 * latent)];
      return { mean, logvar: { ...logvar, data: logvar.data.map((value) => Math.min(20, Math.max(-30, value))) } };
    },
    decode: (latents) => whole("decode", latents),
    async dispose() {
      await compiled?.program.dispose();
      compiled = undefined;
    },
  };
}

function graphOf(
  scope: Scope,
  half: "encode" | "decode",
  [height, width]: readonly number[],
  config: AutoencoderKLConfig,
): Record<string, Sym> {
  const channels = half === "encode" ? config.in_channels : config.latent_channels;
  const x = input("x", ["B", channels, height, width]);
  return { out: half === "encode" ? encodeKL(scope, x, config) : decodeKL(scope, x, config) };
}

/** The slots of both halves. */
export function autoencoderKLRegistry(config: AutoencoderKLConfig): Registry {
  const scope = new Scope();
  const scale = pixelsPerLatent(config);
  graphOf(scope, "encode", [scale, scale], config);
  graphOf(scope, "decode", [1, 1], config);
  return scope.registry;
}

function checkMap(half: "encode" | "decode", { shape }: Tensor, config: AutoencoderKLConfig): void {
  const [channels, factor] =
    half === "encode" ? [config.in_channels, pixelsPerLatent(config)] : [config.latent_channels, 1];
  const [, found, ...places] = shape;
  if (shape.length === 4 && found === channels && places.every((size) => size > 0 && size % factor === 0)) return;
  const expected = `(B, ${channels}, H, W)${factor === 1 ? "" : `, H and W multiples of ${factor}`}`;
  throw new DriftfieldError("shape_mismatch", `the autoencoder can't ${half} a map of shape [${shape}]`, {
    path: half === "encode" ? "pixels" : "latents",
    received: `[${shape}]`,
    expected,
    hint: half === "encode" ? "resize the picture first" : "latents and autoencoder must be of the same model",
  });
}
