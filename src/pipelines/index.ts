// pipelines: prompt in, picture out; CLIP questions. Runs wherever its model runs.
export { cosineTable, labelProbabilities, rowsOf, textWarnings } from "./clip.ts";
export { loadClip, type LoadedClip, loadPipeline, type LoadOptions, type ModelSource } from "./load.ts";
export { type GenerateRequest, requestOfPicture, type ResolvedRequest } from "./request.ts";
export {
  type GeneratedImage,
  type GenerateResult,
  type PictureStep,
  type RunOptions,
  runOptionNames,
  textToImage,
  type TextToImagePipeline,
} from "./text-to-image.ts";
