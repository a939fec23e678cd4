// What measures work with: trained parts and data sets, opened when first asked for, and the time that is left.
import { join } from "node:path";
import { breathe, throwIfAborted, type OnProgress, type Tensor } from "../core/index.ts";
import { openDataset, type Dataset } from "../data/index.ts";
import { loadClipModel } from "../models/clip/model.ts";
import { readConfig } from "../models/component.ts";
import { loadTextToImage } from "../models/text-to-image.ts";
import type { ClipModel, RgbImage, TextToImageModel } from "../models/types.ts";
import { autoencoderConfig } from "../models/vae/config.ts";
import { toBytes } from "../models/vae/latents.ts";
import type { Backend } from "../runtime/index.ts";
import { reconstructor } from "../training/vae-encoder.ts";
import { loadFaceJudge, type FaceJudge } from "./face-judge.ts";
import { generatePictures, type Job, type Settings } from "./generate.ts";
import type { Folders } from "./parts.ts";

export type SetName = "emoji" | "faces" | "compose";

export type Workbench = {
  readonly folders: Folders;
  readonly signal: AbortSignal | undefined;
  clip(): Promise<ClipModel>;
  judgeClip(): Promise<ClipModel>;
  faceJudge(): Promise<FaceJudge>;
  emoji(): Promise<TextToImageModel>;
  dataset(name: SetName): Promise<Dataset>;
  /** Pictures through the autoencoder. */
  reconstruct(pictures: readonly RgbImage[]): Promise<RgbImage[]>;
  /**
   * Pictures of as many of `jobs` as there is time for (one batch at the least). `part` is which part of the
   * measure's work this is, so that the parts share its time.
   */
  generate(jobs: readonly Job[], settings: Settings, part?: readonly [index: number, of: number]): Promise<RgbImage[]>;
  /** `wanted`, or fewer where fewer samples were asked for. */
  count(wanted: number): number;
  /** Something made once and used by several measures. */
  once<T>(key: string, make: () => Promise<T>): Promise<T>;
  /** Keeps a sheet to be written as `<name>.png`. */
  keepSheet(name: string, sheet: RgbImage): void;
  report(stage: string, index: number, total: number): void;
};

export type WorkbenchOptions = {
  folders: Folders;
  data: string;
  backend: Backend;
  samples?: number;
  batchSize?: number;
  signal?: AbortSignal;
  onProgress?: OnProgress;
  onSheet: (name: string, sheet: RgbImage) => void;
};

/** A workbench, the clock of the measure at work, and the way to clear up. */
export function openWorkbench(options: WorkbenchOptions): {
  bench: Workbench;
  startClock(milliseconds: number): void;
  close(): Promise<void>;
} {
  const { folders, data, backend, samples = Infinity, batchSize = 32, signal, onProgress, onSheet } = options;
  const kept = new Map<string, Promise<unknown>>();
  const open = new Set<{ dispose(): unknown }>();
  let clock = { start: performance.now(), length: Infinity };

  const once = <T>(key: string, make: () => Promise<T>): Promise<T> => {
    if (!kept.has(key)) kept.set(key, make());
    return kept.get(key) as Promise<T>;
  };
  const load = <T extends { dispose(): unknown }>(key: string, make: () => Promise<T>): Promise<T> =>
    once(key, async () => {
      throwIfAborted(signal);
      const loaded = await make();
      open.add(loaded);
      return loaded;
    });
  const report = (stage: string, index: number, total: number): void =>
    onProgress?.({ type: "step", stage, index, total, fraction: index / total, secondsLeft: null });
  const loading = { backend, ...(signal && { signal }), ...(onProgress && { onProgress }) };

  const bench: Workbench = {
    folders,
    signal,
    once,
    report,
    clip: () => load("clip", () => loadClipModel(join(folders.models, "clip"), loading)),
    judgeClip: () => load("judge-clip", () => loadClipModel(join(folders.judges, "judge-clip"), loading)),
    faceJudge: () => load("face-judge", () => loadFaceJudge(join(folders.judges, "face-judge"), loading)),
    emoji: () => load("emoji", () => loadTextToImage(join(folders.models, "emoji"), loading)),
    dataset: (name) =>
      once(`data/${name}`, async () => {
        const dataset = await openDataset(join(data, name), name);
        open.add({ dispose: () => dataset.close() });
        return dataset;
      }),
    async reconstruct(pictures) {
      const folder = join(folders.models, "emoji", "vae");
      const config = await readConfig(folder, autoencoderConfig);
      const vae = await load("vae", () =>
        reconstructor(join(folder, "diffusion_pytorch_model.safetensors"), config, backend, VAE_BATCH),
      );
      return throughAutoencoder(vae.reconstruct, pictures, config.sample_size, signal);
    },
    async generate(jobs, settings, [index, of] = [0, 1]) {
      const end = clock.start + (clock.length * (index + 1)) / of;
      return generatePictures(await bench.emoji(), jobs, settings, {
        batchSize,
        ...(signal && { signal }),
        goOn: () => performance.now() < end,
        onPictures: (done, total) => report(`pictures${of > 1 ? ` (${index + 1} of ${of})` : ""}`, done, total),
      });
    },
    count: (wanted) => Math.min(wanted, samples),
    keepSheet: onSheet,
  };
  return {
    bench,
    startClock: (milliseconds) => void (clock = { start: performance.now(), length: milliseconds }),
    async close() {
      for (const part of open) await part.dispose();
    },
  };
}

const VAE_BATCH = 16;

async function throughAutoencoder(
  reconstruct: (pixels: Uint8Array) => Promise<Float32Array>,
  pictures: readonly RgbImage[],
  size: number,
  signal?: AbortSignal,
): Promise<RgbImage[]> {
  const bytes = size * size * 3;
  const out: RgbImage[] = [];
  for (let start = 0; start < pictures.length; start += VAE_BATCH) {
    throwIfAborted(signal);
    const pixels = new Uint8Array(VAE_BATCH * bytes);
    const batch = pictures.slice(start, start + VAE_BATCH);
    batch.forEach(({ data }, i) => pixels.set(data, i * bytes));
    const values = toBytes(await reconstruct(pixels));
    batch.forEach((_, i) => out.push({ width: size, height: size, data: values.slice(i * bytes, (i + 1) * bytes) }));
  }
  return out;
}

/**
 * The features that distances are taken between: the second CLIP's vectors, scaled so that their numbers are near 1.
 */
export async function judgeFeatures(bench: Workbench, pictures: readonly RgbImage[]): Promise<Tensor> {
  const judge = await bench.judgeClip();
  const parts: Float32Array[] = [];
  let size = 0;
  for (let i = 0; i < pictures.length; i += FEATURE_BATCH) {
    throwIfAborted(bench.signal);
    const batch = await judge.embedImages(pictures.slice(i, i + FEATURE_BATCH));
    size = batch.shape[1];
    parts.push(batch.data);
    await breathe();
    if (pictures.length > 500) bench.report("features", i, pictures.length);
  }
  const data = new Float32Array(pictures.length * size);
  parts.forEach((part, i) => data.set(part, i * FEATURE_BATCH * size));
  return { data: data.map((value) => value * Math.sqrt(size)), shape: [pictures.length, size] };
}

const FEATURE_BATCH = 64;
