// Which tensors a component asks for, by its class and its config.json: what a folder is checked against before any
// number of it is read.
import type { ComponentWeights, ModelFolder } from "../files/index.ts";
import { input } from "../graph/index.ts";
import { type Registry, Scope, zero } from "../nn/index.ts";
import { clipAliases, imageGraph, textGraph, towerGraphs } from "./clip/encoders.ts";
import { publishedClipConfig, publishedTextConfig, publishedVisionConfig } from "./clip/published-config.ts";
import { readConfig, readModelJson } from "./component.ts";
import { faceJudgeConfig } from "./face-judge/config.ts";
import { attributeLogits } from "./face-judge/network.ts";
import { pointConfig, pointWeightShapes } from "./point/config.ts";
import { transformerConfig } from "./transformer/config.ts";
import { transformer } from "./transformer/transformer.ts";
import { olderAttention } from "./unet/names.ts";
import { readUNetConfig, unetRegistry } from "./unet/unet.ts";
import { autoencoderKLRegistry } from "./vae/autoencoder-kl.ts";
import { decode, encode } from "./vae/autoencoder.ts";
import { autoencoderConfig, latentSize } from "./vae/config.ts";
import { autoencoderKLConfig } from "./vae/kl-config.ts";
import { type Aliases, checkWeights } from "./weights.ts";

/** The slots of all graphs that are made of a component, and the names under which each may be stored. */
type Expected = { registry: Registry; aliases?: Aliases };

/** A registry of what `build` asks for. */
function slotsOf(build: (scope: Scope) => unknown): Registry {
  const scope = new Scope();
  build(scope);
  return scope.registry;
}

async function textSlots(folder: ModelFolder, projection: boolean): Promise<Expected> {
  const config = await readConfig(folder, publishedTextConfig);
  const build = (scope: Scope) => textGraph(scope, config.max_position_embeddings, config, { projection });
  return { registry: slotsOf(build), aliases: clipAliases };
}

async function unetSlots(folder: ModelFolder): Promise<Expected> {
  return { registry: unetRegistry(await readUNetConfig(folder)), aliases: olderAttention };
}

async function pointSlots(folder: ModelFolder): Promise<Expected> {
  const shapes = pointWeightShapes(pointConfig(await readModelJson(folder, "config.json")));
  return { registry: new Map([...shapes].map(([name, shape]) => [name, { shape, init: zero }])) };
}

const byClass: Readonly<Record<string, (folder: ModelFolder) => Promise<Expected>>> = {
  CLIPTextModel: (folder) => textSlots(folder, false),
  CLIPTextModelWithProjection: (folder) => textSlots(folder, true),
  async CLIPVisionModelWithProjection(folder) {
    const config = await readConfig(folder, publishedVisionConfig);
    return { registry: slotsOf((scope) => imageGraph(scope, config)), aliases: clipAliases };
  },
  async CLIPModel(folder) {
    const config = await readConfig(folder, publishedClipConfig);
    return { registry: slotsOf((scope) => [towerGraphs.texts(scope, config), towerGraphs.images(scope, config)]) };
  },
  UNet2DConditionModel: unetSlots,
  UNet2DModel: unetSlots,
  async AutoencoderKL(folder) {
    const config = await readConfig(folder, autoencoderKLConfig);
    return { registry: autoencoderKLRegistry(config), aliases: olderAttention };
  },
  async WanTransformer3DModel(folder) {
    const config = await readConfig(folder, transformerConfig);
    const build = (scope: Scope) =>
      transformer(
        scope,
        {
          x: input("x", ["B", config.in_channels, ...config.patch_size]),
          time: input("time", ["B"]),
          text: input("text", ["B", 1, config.text_dim]),
        },
        config,
      );
    return { registry: slotsOf(build) };
  },
  async DriftfieldAutoencoder(folder) {
    const config = await readConfig(folder, autoencoderConfig);
    const { sample_size: size, latent_channels: channels } = config;
    const side = latentSize(config);
    const build = (scope: Scope) => [
      encode(scope.at("encoder"), input("pixels", [1, size, size, 3]), config),
      decode(scope.at("decoder"), input("latents", [1, side, side, channels]), config),
    ];
    return { registry: slotsOf(build) };
  },
  async DriftfieldFaceJudge(folder) {
    const config = await readConfig(folder, faceJudgeConfig);
    const { image_size: size } = config;
    return { registry: slotsOf((scope) => attributeLogits(scope, input("pixels", [1, size, size, 3]), config)) };
  },
  TimeInputMLP: pointSlots,
  ConditionalMLP: pointSlots,
};

/**
 * What the component in `folder`, of class `className`, asks for; undefined for a class that nothing here is built of.
 * @throws DriftfieldError "not_found", "invalid_file" for a config.json that is missing or isn't understood
 */
export async function expectedTensors(folder: ModelFolder, className: string): Promise<Expected | undefined> {
  return Object.hasOwn(byClass, className) ? byClass[className](folder) : undefined;
}

/**
 * Throws DriftfieldError "shape_mismatch" or "unsupported" unless the component's files hold every tensor that its
 * config asks for, in its shape and of floats.
 */
export async function checkComponent(folder: ModelFolder, className: string, files: ComponentWeights): Promise<void> {
  const expected = await expectedTensors(folder, className);
  if (expected) checkWeights(files, expected.registry, expected.aliases);
}
