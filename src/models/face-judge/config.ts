// The sizes of the network that reads a face's attributes, and the names that it can say.
import { z } from "zod";

export const faceJudgeConfig = z.object({
  _class_name: z.literal("DriftfieldFaceJudge"),
  image_size: z.int().positive(),
  latent_channels: z.int().positive(),
  encoder_patch: z.int().positive(),
  encoder_channels: z.array(z.int().positive()).min(1),
  encoder_blocks: z.array(z.int().nonnegative()).min(1),
  hidden_size: z.int().positive(),
  /** Each attribute's values, in the order of its head's outputs. */
  attributes: z.record(z.string(), z.array(z.string()).min(2)),
});
export type FaceJudgeConfig = z.infer<typeof faceJudgeConfig>;

/** The default: 128x128 to 4x4 places, 1.4 million weights. At 64x64 a mouth is two rows of pixels. */
export function defaultFaceJudge(attributes: FaceJudgeConfig["attributes"]): FaceJudgeConfig {
  return {
    _class_name: "DriftfieldFaceJudge",
    image_size: 128,
    encoder_patch: 4,
    encoder_channels: [32, 64, 128, 160],
    encoder_blocks: [1, 1, 2, 2],
    latent_channels: 32,
    hidden_size: 256,
    attributes,
  };
}
