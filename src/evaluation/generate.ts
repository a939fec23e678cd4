// Many pictures of many prompts: as the pipeline makes each of them, with several prompts evaluated at once.
import { breathe, throwIfAborted, tensor, type Tensor } from "../core/index.ts";
import { classifierFree, sample, type Prediction } from "../diffusion/index.ts";
import type { RgbImage, TextToImageModel } from "../models/types.ts";
import { resolveRequest, type GenerateRequest } from "../pipelines/request.ts";
import { schedulerFor } from "../pipelines/scheduler.ts";
import { stackGenerators } from "../pipelines/stack-generators.ts";
import { counterGenerator } from "../random/index.ts";

export type Job = { prompt: string; seed: number };

/** How a picture is made; what is left out is the model's default. */
export type Settings = Pick<GenerateRequest, "guidanceScale" | "numInferenceSteps" | "sampler" | "noiseScale">;

export type GenerateOptions = {
  signal?: AbortSignal;
  /** Prompts evaluated at once. */
  batchSize?: number;
  /** Asked before each batch but the first: whether to go on. */
  goOn?: () => boolean;
  onPictures?: (done: number, of: number) => void;
};

/** The pictures of `jobs`, in order; fewer where `goOn` said no. */
export async function generatePictures(
  model: TextToImageModel,
  jobs: readonly Job[],
  settings: Settings,
  options: GenerateOptions = {},
): Promise<RgbImage[]> {
  const { signal, batchSize = 32, goOn = () => true, onPictures } = options;
  const resolved = resolveRequest(model, { prompt: "many", seed: 0, ...settings });
  const { scheduler, plan } = schedulerFor(model, resolved);
  const guidance = classifierFree({ scale: resolved.guidanceScale });
  const uncond = await model.nullCondition();
  const { width, height } = resolved;
  const pictures: RgbImage[] = [];
  for (let first = 0; first < jobs.length && (first === 0 || goOn()); first += batchSize) {
    const batch = jobs.slice(first, first + batchSize);
    const cond = await model.encodeText(batch.map(({ prompt }) => model.tokenize(prompt).ids));
    const generator = stackGenerators(batch.map(({ seed }) => counterGenerator({ seed })));
    const x = generator.randn([batch.length, ...model.config.latentShape]);
    x.data.forEach((value, i) => (x.data[i] = value * plan.initNoiseSigma));
    const predict = async (at: Tensor, t: number, want: readonly string[]): Promise<Prediction> => {
      await breathe();
      throwIfAborted(signal);
      const said = await model.denoise(
        at,
        t,
        want.map((name) => (name === "cond" ? cond : uncond)),
      );
      return Object.fromEntries(want.map((name, i) => [name, said[i]])) as Prediction;
    };
    let end: Tensor = x;
    const steps = sample({
      scheduler,
      plan,
      x,
      model: predict,
      guidance,
      generator,
      noiseScale: resolved.noiseScale,
      signal,
    });
    for await (const step of steps) end = step.next;
    for (let row = 0; row < batch.length; row++)
      pictures.push({ width, height, data: await model.decode(rowOf(end, row)) });
    onPictures?.(pictures.length, jobs.length);
  }
  return pictures;
}

function rowOf({ data, shape: [rows, ...rest] }: Tensor, row: number): Tensor {
  const size = data.length / rows;
  return tensor([1, ...rest], data.slice(row * size, (row + 1) * size));
}
