// The package's front door: what the library takes is checked here, in the library's own names.
import { assertKnownKeys } from "./core/index.ts";
import { generate as generateOptions, loading, loadingClip, type RequestOf, validate } from "./options/index.ts";
import {
  loadClip as loadClipModel,
  loadPipeline as load,
  type LoadedClip,
  type LoadOptions,
  type ModelSource,
  type RunOptions,
  runOptionNames,
  type TextToImagePipeline,
} from "./pipelines/index.ts";

export { DriftfieldError, type ErrorCode, type OnProgress, type ProgressEvent, type Tensor } from "./core/index.ts";
export type { RgbImage } from "./models/types.ts";
export {
  cosineTable,
  type GeneratedImage,
  type GenerateRequest,
  type GenerateResult,
  labelProbabilities,
  type LoadedClip,
  type LoadOptions,
  type ModelSource,
  type PictureStep,
  type RunOptions,
  type TextToImagePipeline,
} from "./pipelines/index.ts";

/**
 * Loads a text-to-image model: a name that ships ("emoji"), a folder in the diffusers layout, or on a page a
 * `blobFolder` or `httpFolder` of "driftfield/files". Requests to it are
 * strict: an unknown option is an error that suggests the nearest name.
 * @throws DriftfieldError "not_found", "invalid_file", "unsupported", "aborted"
 */
export async function loadPipeline(model: ModelSource, options: LoadOptions = {}): Promise<TextToImagePipeline> {
  const pipeline = await load(model, checkLoading(options));
  const check = (request: RequestOf<typeof generateOptions.fields>, run: RunOptions = {}) => {
    assertKnownKeys(run, runOptionNames, "the second argument");
    return validate(generateOptions, request, "library");
  };
  return {
    ...pipeline,
    generate: async (request, run) => pipeline.generate(check(request, run), run),
    async *stream(request, run) {
      return yield* pipeline.stream(check(request, run), run);
    },
  };
}

/**
 * Loads a CLIP: a name that ships ("clip") or a folder in the transformers layout.
 * @throws as `loadPipeline` does
 */
export async function loadClip(model: ModelSource, options: LoadOptions = {}): Promise<LoadedClip> {
  const { signal, onProgress, ...rest } = options;
  return loadClipModel(model, { ...validate(loadingClip, rest, "library"), signal, onProgress });
}

function checkLoading({ signal, onProgress, ...options }: LoadOptions): LoadOptions {
  return { ...validate(loading, options, "library"), signal, onProgress };
}
