// Where a walk starts: at noise, at latents that were given, or at a picture that is noised so far; and what holds a
// picture in place outside a mask. The order of draws is the reference's (Stable Diffusion's pipelines of diffusers).
import { DriftfieldError, type Tensor, tensor } from "../core/index.ts";
import type { Plan } from "../diffusion/index.ts";
import { lanczos, resize } from "../models/clip/preprocess.ts";
import type { PictureLatents, RgbImage, TextToImageModel } from "../models/types.ts";
import type { Generator } from "../random/index.ts";
import { repeatRows } from "./conditions.ts";
import { coarser, covered, openPixels, toPlanes } from "./pictures.ts";
import type { ResolvedRequest } from "./request.ts";

/** What a walk is given to start from, besides its noise. */
export type Given = { latents?: Tensor; image?: RgbImage; mask?: RgbImage };

export type Start = {
  x: Tensor;
  /** Mask and masked latents, for a model that in-paints. */
  inpaint?: Tensor;
  /** Puts a step's result back to the picture outside the mask; `index` is the step's. */
  hold?: (next: Tensor, index: number) => Tensor;
};

/** A picture as latents, and a mask on their grid; encoded once, for all pictures of a request. */
export type Prepared = { picture?: PictureLatents; mask?: Float32Array; seen?: PictureLatents };

/**
 * Encodes what `given` holds.
 * @throws DriftfieldError "unsupported" for a model without an encoder, "invalid_option" for a mask without a picture,
 *   or a model that in-paints without both
 */
export async function prepare(model: TextToImageModel, given: Given, request: ResolvedRequest): Promise<Prepared> {
  const { image, mask } = given;
  checkGiven(model, given);
  if (image === undefined || model.encode === undefined) return {};
  const { width, height } = request;
  const planes = toPlanes(resize(image, width, height, lanczos));
  const isRepainted = model.config.inpaints === true;
  const picture = isRepainted && request.strength === 1 ? undefined : await model.encode(planes);
  if (mask === undefined) return { picture };
  const open = openPixels(resize(mask, width, height, lanczos));
  const [toHeight, toWidth] = latentShapeOf(model, request).slice(-2);
  return {
    picture,
    mask: Float32Array.from(coarser(open, { width, height }, { width: toWidth, height: toHeight })),
    // The reference draws for this one too, where nothing comes of it.
    ...((isRepainted || model.isReference) && { seen: await model.encode(covered(planes, open)) }),
  };
}

/** Where `rows` pictures start. The sampler's own space is `plan`'s. */
export function startOf(
  model: TextToImageModel,
  { latents, mask: isMasked }: Given,
  { picture, mask, seen }: Prepared,
  request: ResolvedRequest,
  plan: Plan,
  generator: Generator,
  rows: number,
): Start {
  const shape = [rows, ...latentShapeOf(model, request)];
  const clean = picture && drawn(picture, rows, generator);
  const isWhole = isMasked !== undefined && request.strength === 1;
  const noise = latents ? scaled(repeatRows(latents, rows), 1 / plan.initNoiseSigma) : generator.randn(shape);
  const start = (): Tensor => {
    if (latents) return repeatRows(latents, rows);
    if (clean === undefined || isWhole) return scaled(noise, plan.initNoiseSigma);
    return mixed(clean, plan.levels[0].alpha, noise, plan.levels[0].sigma);
  };
  const x = start();
  const masked = seen && drawn(seen, rows, generator);
  if (mask === undefined) return { x };
  if (model.config.inpaints && masked) return { x, inpaint: withMask(mask, masked) };
  const hold = (next: Tensor, index: number): Tensor => {
    const { alpha, sigma } = plan.levels[index + 1] ?? { alpha: 1, sigma: 0 };
    // Where x lies half way between two levels (KDPM2), the reference noises the picture as the next one lists it.
    const listed = model.isReference && alpha === 1 && sigma > 0 ? plan.sigmas[index + 1] : sigma;
    const kept = sigma === 0 ? clean! : mixed(clean!, alpha, noise, listed);
    return { data: next.data.map((v, i) => (mask[i % mask.length] === 1 ? v : kept.data[i])), shape: next.shape };
  };
  return { x, hold };
}

/** [C, ...] of one picture's latents at the request's size. */
export function latentShapeOf({ config }: TextToImageModel, { width, height }: ResolvedRequest): readonly number[] {
  return config.sizes?.latentShape(width, height) ?? config.latentShape;
}

function checkGiven(model: TextToImageModel, { image, mask }: Given): void {
  if (image !== undefined && model.encode === undefined) {
    const why = "it has no encoder";
    throw new DriftfieldError("unsupported", `the model "${model.name}" can't start from a picture: ${why}`, {
      path: "image",
      expected: "a model whose autoencoder has both halves",
      hint: "Leave the picture out.",
    });
  }
  if (mask !== undefined && image === undefined) {
    throw new DriftfieldError("invalid_option", "a mask needs the picture that it lies on", {
      path: "mask",
      received: "a mask alone",
      expected: "image and mask",
      hint: "Give the picture with --image too.",
    });
  }
  if (!model.config.inpaints || (image !== undefined && mask !== undefined)) return;
  const needs = "it needs a picture and a mask";
  throw new DriftfieldError("invalid_option", `the model "${model.name}" only in-paints: ${needs}`, {
    path: image === undefined ? "image" : "mask",
    received: image === undefined ? "neither" : "a picture without a mask",
    expected: "image and mask",
    hint: "Give both with --image and --mask, or choose another model.",
  });
}

/** mean + deviation noise, one draw a row. */
function drawn({ mean, deviation }: PictureLatents, rows: number, generator: Generator): Tensor {
  const all = repeatRows(mean, rows);
  if (deviation === undefined) return all;
  const noise = generator.randn(all.shape);
  const { data } = deviation;
  return { data: all.data.map((value, i) => value + data[i % data.length] * noise.data[i]), shape: all.shape };
}

function mixed(x: Tensor, alpha: number, noise: Tensor, sigma: number): Tensor {
  return { data: x.data.map((value, i) => alpha * value + sigma * noise.data[i]), shape: x.shape };
}

function scaled(x: Tensor, factor: number): Tensor {
  return { data: x.data.map((value) => value * factor), shape: x.shape };
}

/** The mask as a channel before the latents': (B, 1 + C, H, W). */
function withMask(mask: Float32Array, latents: Tensor): Tensor {
  const [rows, channels, ...places] = latents.shape;
  const out = tensor([rows, channels + 1, ...places]);
  const each = channels * mask.length;
  for (let row = 0; row < rows; row++) {
    const at = row * (each + mask.length);
    out.data.set(mask, at);
    out.data.set(latents.data.subarray(row * each, (row + 1) * each), at + mask.length);
  }
  return out;
}
