// Several requests, one picture each, on one pipeline: what strips are made of and what `verify` runs again.
import type { PictureRequest } from "../options/index.ts";
import {
  type GeneratedImage,
  type GenerateRequest,
  requestOfPicture,
  type TextToImagePipeline,
} from "../pipelines/index.ts";
import type { Context } from "./context.ts";

/** A picture and the request that makes it again. */
export type Rendered = { image: GeneratedImage; request: PictureRequest };

/**
 * Makes one picture for each request. Requests without a seed share one, which the first of them draws.
 * Throws what `pipeline.generate` throws.
 */
export async function renderPictures(
  pipeline: TextToImagePipeline,
  requests: readonly GenerateRequest[],
  { signal, onProgress }: Pick<Context, "signal" | "onProgress">,
): Promise<{ pictures: Rendered[]; warnings: string[] }> {
  const pictures: Rendered[] = [];
  const warnings = new Set<string>();
  const began = performance.now();
  for (const [i, request] of requests.entries()) {
    const result = await pipeline.generate(
      { seed: pictures[0]?.image.seed, ...request },
      {
        signal,
        onProgress: (event) => {
          if (event.type !== "step") return onProgress(event);
          const fraction = (i + event.fraction) / requests.length;
          const secondsLeft = ((performance.now() - began) / 1000) * (1 / fraction - 1);
          const stage = requests.length === 1 ? event.stage : `picture ${i + 1} of ${requests.length}`;
          onProgress({ ...event, stage, fraction, secondsLeft });
        },
      },
    );
    const [image] = result.images;
    const picture = requestOfPicture(result.request, image.seed);
    pictures.push({ image, request: { ...picture, model: pipeline.model.name } as PictureRequest });
    for (const warning of result.warnings) warnings.add(warning);
  }
  return { pictures, warnings: [...warnings] };
}
