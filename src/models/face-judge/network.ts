// Reads a face's attributes: the autoencoder's convolutions, then one softmax head an attribute.
import { reshape, silu, type Sym } from "../../graph/index.ts";
import { denseLayer, layerNormLayer, type Scope } from "../../nn/index.ts";
import { encode } from "../vae/autoencoder.ts";
import type { FaceJudgeConfig } from "./config.ts";

/** Logits of every attribute's values (B, values), of pictures (B, S, S, 3) in [-1, 1]. */
export function attributeLogits(scope: Scope, pictures: Sym, config: FaceJudgeConfig): Record<string, Sym> {
  const places = encode(scope.at("encoder"), pictures, config); // (B, s, s, C)
  const [batch, height, width, channels] = places.shape;
  const flat = reshape(places, [batch, (height as number) * (width as number) * (channels as number)]);
  const hidden = silu(denseLayer(scope.at("hidden"), layerNormLayer(scope.at("norm"), flat), config.hidden_size));
  return Object.fromEntries(
    Object.entries(config.attributes).map(([name, values]) => [
      name,
      denseLayer(scope.at("heads").at(name), hidden, values.length),
    ]),
  );
}
