// A trained judge of faces: pictures in, one value for each attribute out.
import { join } from "node:path";
import { throwIfAborted } from "../core/index.ts";
import { input } from "../graph/index.ts";
import { resizeToSquare } from "../models/clip/preprocess.ts";
import { compileComponent, readConfig } from "../models/component.ts";
import type { LoadOptions } from "../models/text-to-image.ts";
import type { RgbImage } from "../models/types.ts";
import { faceJudgeConfig } from "../models/face-judge/config.ts";
import { attributeLogits } from "../models/face-judge/network.ts";

/** What the judge sees in a picture: the likeliest value of each attribute. */
export type Reading = Readonly<Record<string, string>>;

export type FaceJudge = {
  readonly hash: string;
  /** Side of the pictures that it looks at, in pixels: others are resized. */
  readonly size: number;
  readonly attributes: Readonly<Record<string, readonly string[]>>;
  read(pictures: readonly RgbImage[]): Promise<Reading[]>;
  dispose(): Promise<void>;
};

const BATCH = 32;

/** Loads the judge in `folder`. Throws where a file is missing, damaged or of another model. */
export async function loadFaceJudge(folder: string, { backend, signal, onProgress }: LoadOptions): Promise<FaceJudge> {
  const config = await readConfig(folder, faceJudgeConfig);
  const { image_size: size, attributes } = config;
  throwIfAborted(signal);
  onProgress?.({ type: "load", component: "face-judge", fraction: null });
  const { program, hash } = await compileComponent("face-judge", join(folder, "model.safetensors"), backend, (scope) =>
    attributeLogits(scope, input("pixels", ["B", size, size, 3]), config),
  );
  const readBatch = async (pictures: readonly RgbImage[]): Promise<Reading[]> => {
    const pixels = new Float32Array(pictures.length * size * size * 3);
    for (const [i, picture] of pictures.entries()) {
      pixels.set(
        Float32Array.from(resizeToSquare(picture, size), (value) => (value * 2) / 255 - 1),
        i * size * size * 3,
      );
    }
    const logits = await program.run({ pixels: { data: pixels, shape: [pictures.length, size, size, 3] } });
    return pictures.map((_, row) =>
      Object.fromEntries(
        Object.entries(attributes).map(([name, values]) => [
          name,
          values[largest(logits[name].data, row, values.length)],
        ]),
      ),
    );
  };
  return {
    hash,
    size,
    attributes,
    async read(pictures) {
      const readings: Reading[] = [];
      for (let i = 0; i < pictures.length; i += BATCH) {
        throwIfAborted(signal);
        readings.push(...(await readBatch(pictures.slice(i, i + BATCH))));
      }
      return readings;
    },
    dispose: () => program.dispose(),
  };
}

/** Where row `row` of (rows, count) is largest. */
function largest(data: ArrayLike<number | bigint>, row: number, count: number): number {
  let best = 0;
  for (let i = 1; i < count; i++) if (data[row * count + i] > data[row * count + best]) best = i;
  return best;
}
