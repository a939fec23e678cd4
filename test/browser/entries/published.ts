// Published models from files that a page's user picked: the reference's steps by wasm, and a refusal where the page's
// memory is too small.
import { DriftfieldError } from "../../../src/core/index.ts";
import { blobFolder } from "../../../src/files/index.ts";
import { loadPipeline } from "../../../src/pipelines/index.ts";
import { loadClipModel } from "../../../src/models/clip/model.ts";
import { readModelIndex } from "../../../src/models/stable-diffusion/index-file.ts";
import { loadStableDiffusion } from "../../../src/models/stable-diffusion/model.ts";
import { webBackend } from "../../../src/runtime/index.ts";
import clip from "../../golden/clip-folder.json" with { type: "json" };
import tokenizers from "../../golden/tokenizers.json" with { type: "json" };
import { encodeSafetensors } from "../../../src/files/index.ts";
import { counterWeight } from "../../helpers/counter.ts";
import { publishedCases, publishedFiles } from "../../helpers/published-files.ts";
import type { Verdict } from "../../verdict.ts";

const picked = (files: ReadonlyMap<string, string | Uint8Array>) =>
  blobFolder(new Map([...files].map(([name, content]) => [`model/${name}`, new Blob([content as string])])));

function apart(found: ArrayLike<number>, expected: readonly number[]): number {
  const largest = Math.max(...expected.map(Math.abs));
  return Math.max(...expected.map((value, i) => Math.abs(value - found[i]))) / largest;
}

export async function run(): Promise<Verdict[]> {
  return [await walks(), await refuses(), await embeds()];
}

async function walks(): Promise<Verdict> {
  const [test] = publishedCases;
  const { prompt, negative_prompt: negativePrompt, steps, guidance_scale: guidanceScale, seed } = test.request as {
    prompt: string;
    negative_prompt: string;
    steps: number;
    guidance_scale: number;
    seed: number;
  };
  const pipeline = await loadPipeline(picked(await publishedFiles(test)));
  const found: number[] = [];
  const request = { prompt, negativePrompt, numInferenceSteps: steps, guidanceScale, seed };
  const { images } = await pipeline.generate(request, {
    onStep: ({ index, next }) => found.push(apart(next.data, test.steps[index])),
  });
  await pipeline.dispose();
  const pixels = Math.max(...test.pixels[0].map((value, i) => Math.abs(value - images[0].data[i])));
  const ok = found.length === steps && Math.max(...found) < 2e-4 && pixels <= 1;
  return { name: "a picked Stable Diffusion folder takes diffusers' steps", ok, detail: `${found}; pixels ${pixels}` };
}

async function refuses(): Promise<Verdict> {
  const folder = picked(await publishedFiles(publishedCases[0]));
  const backend = webBackend("wasm", { memory: 20_000 });
  const loading = loadStableDiffusion(folder, await readModelIndex(folder), { backend });
  const said = await loading.then(
    () => "it was loaded",
    (error: unknown) => (error instanceof DriftfieldError ? `${error.code}: ${error.message}` : String(error)),
  );
  const ok = /^unsupported: (text_encoder|unet) is too big for this page/.test(said);
  return { name: "a model too big for the page is refused before it is read", ok, detail: said };
}

async function embeds(): Promise<Verdict> {
  const tensors = Object.entries(clip.tensors).map(([name, shape]) => {
    return { name, shape, data: counterWeight(name, shape) };
  });
  const files = new Map<string, string | Uint8Array>([
    ...Object.entries(clip.tokenizer),
    ["config.json", JSON.stringify(clip.config)],
    ["preprocessor_config.json", JSON.stringify(clip.preprocessor)],
    ["vocab.json", JSON.stringify(tokenizers.vocab)],
    ["merges.txt", ["#version: 0.2", ...tokenizers.merges, ""].join("\n")],
    ["model.safetensors", await encodeSafetensors(tensors)],
  ]);
  const model = await loadClipModel(picked(files), { backend: webBackend("wasm") });
  const far = apart((await model.embedText(clip.texts)).data, clip.text_embeds.data);
  await model.dispose();
  return { name: "a picked CLIP gives transformers' vectors", ok: far < 2e-4, detail: String(far) };
}
