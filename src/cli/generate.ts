// `driftfield generate`: pictures of a prompt, each with its request inside.
import { DriftfieldError } from "../core/index.ts";
import { assertWritable, sha256 } from "../files/index.ts";
import type { generateCommand, PictureMetadata, RequestOf } from "../options/index.ts";
import { type GeneratedImage, type GenerateResult, requestOfPicture } from "../pipelines/index.ts";
import type { Run } from "./commands.ts";
import { checkLatents, latentsHash, latentsRecorder, readLatents } from "./latents-file.ts";
import { machineHash } from "./machine.ts";
import { picturePaths } from "./output.ts";
import { readRgb, writePicture } from "./picture-file.ts";
import { packageVersion } from "./version.ts";

type Request = RequestOf<typeof generateCommand.fields>;

export const run: Run<typeof generateCommand.fields> = async (given, context) => {
  const {
    model = "emoji",
    device = "cpu",
    out = "out.png",
    latents: latentsPath,
    image: imagePath,
    mask: maskPath,
    memoryLimit,
    variant,
    vaeTiling,
    saveLatents,
    json,
    ...request
  } = given;
  const { signal, onProgress } = context;
  const paths = await picturePaths(out, countOf(given));
  if (saveLatents !== undefined) await checkSaveLatents(given, saveLatents);
  const latents = latentsPath === undefined ? undefined : await readLatents(latentsPath);
  const image = imagePath === undefined ? undefined : await readRgb(imagePath);
  const mask = maskPath === undefined ? undefined : await readRgb(maskPath);
  const recorder = saveLatents === undefined ? undefined : latentsRecorder();

  await using pipeline = await context.loadPipeline(model, {
    device,
    memoryLimit,
    variant,
    vaeTiling,
    withoutPrompt: request.prompt === undefined,
    signal,
    onProgress,
  });
  if (latents) checkLatents(latents, pipeline.latentShape(request, image, mask), latentsPath ?? "");
  const shared = {
    version: await packageVersion(),
    columns: 1,
    modelHash: pipeline.model.hash,
    device,
    machine: machineHash(),
    batchSize: request.batchSize ?? 1,
    ...(latents ? { latents: await latentsHash(latents) } : {}),
    ...(image ? { image: await sha256([image.data]) } : {}),
    ...(mask ? { mask: await sha256([mask.data]) } : {}),
  };
  let written = 0;
  const onImage = async (image: GeneratedImage, resolved: GenerateResult["request"]) => {
    const picture = { ...requestOfPicture(resolved, image.seed), model: pipeline.model.name, variant, vaeTiling };
    const metadata: PictureMetadata = { ...shared, requests: [picture], sha256: image.sha256 };
    await writePicture(paths[written++], image, metadata);
  };
  const { onStep } = recorder ?? {};
  const result = await pipeline.generate(request, { signal, onProgress, latents, image, mask, onStep, onImage });
  if (recorder && saveLatents !== undefined) await recorder.write(saveLatents, result.promptEmbeds);
  if (json) context.print(JSON.stringify(resultJson(result, paths, device)));
  else {
    for (const warning of result.warnings) context.note(`warning: ${warning}`);
    context.print(paths.join("\n"));
  }
};

function countOf(request: Request): number {
  return request.seeds?.length ?? request.count ?? 1;
}

async function checkSaveLatents(request: Request, path: string): Promise<void> {
  if (countOf(request) > 1) {
    throw new DriftfieldError(
      "invalid_option",
      `--save-latents holds one picture's steps, got ${countOf(request)} pictures`,
      {
        path: "--save-latents",
        received: countOf(request),
        expected: "one picture",
        hint: "Leave out -n and --seeds, or leave out --save-latents.",
      },
    );
  }
  await assertWritable(path);
}

function resultJson(result: GenerateResult, paths: readonly string[], device: string): Record<string, unknown> {
  const { request, images } = result;
  return {
    images: images.map(({ seed, width, height, sha256 }, i) => ({ path: paths[i], seed, width, height, sha256 })),
    model: result.model,
    sampler: request.sampler,
    num_inference_steps: request.numInferenceSteps,
    guidance_scale: request.guidanceScale,
    prompt: request.prompt ?? null,
    negative_prompt: request.negativePrompt ?? null,
    device,
    evaluations: result.evaluations,
    seconds: Number(result.seconds.toFixed(3)),
    warnings: result.warnings,
  };
}
