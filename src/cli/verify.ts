// `driftfield verify`: runs a picture's request again and compares the pixels.
import { DriftfieldError } from "../core/index.ts";
import { sha256 } from "../files/index.ts";
import { type PictureMetadata, verifyCommand } from "../options/index.ts";
import type { Run } from "./commands.ts";
import { machineHash } from "./machine.ts";
import { readPicture } from "./picture-file.ts";
import { renderPictures } from "./render.ts";
import { quoteForShell } from "./shell.ts";
import { layOut } from "./strip.ts";

export const run: Run<typeof verifyCommand.fields> = async ({ file, model, device: asked, json }, context) => {
  const { signal, onProgress } = context;
  const { image, metadata } = await readPicture(file);
  const found = await sha256([image.data]);
  if (found !== metadata.sha256) throw edited(file, found, metadata.sha256);
  if (metadata.latents !== undefined) throw fromFile(file, "latents of a file", "--latents and that file");
  if (metadata.image !== undefined) throw fromFile(file, "another picture", "--image and that picture");
  const device = asked ?? deviceFor(metadata);
  const name = model ?? metadata.requests[0].model ?? "emoji";
  const { variant, vaeTiling } = metadata.requests[0];
  const loading = context.loadPipeline(name, { device, variant, vaeTiling, signal, onProgress });
  await using pipeline = await loading.catch((error: unknown) => {
    throw model === undefined ? withoutItsModel(error, file, name) : error;
  });
  if (pipeline.model.hash !== metadata.modelHash) throw otherModel(file, name, pipeline.model.hash, metadata.modelHash);
  const { pictures } = await renderPictures(pipeline, metadata.requests, context);
  const again = layOut(
    pictures.map(({ image }) => image),
    metadata.columns,
  );

  const tolerance = toleranceOf(metadata, device);
  const difference = largestDifference(image.data, again.data);
  const result = {
    path: file,
    same: difference === 0,
    largest_difference: difference,
    tolerance,
    model: pipeline.model.name,
    device,
    sha256: found,
  };
  if (json) context.print(JSON.stringify(result));
  if (difference > tolerance) throw otherPixels(file, difference, tolerance);
  if (!json)
    context.print(
      difference === 0 ? `${file}: the same, bit for bit` : `${file}: the same to within ${difference}/255`,
    );
};

/** What made the picture, where it can compute here (a page's GPU can't). */
function deviceFor({ device }: PictureMetadata): string {
  return verifyCommand.fields.device.kind.names?.includes(device) ? device : "cpu";
}

/** 0 where the same bits are promised: same provider, same kind of machine, evaluated alone. Else one level of 255. */
function toleranceOf(metadata: PictureMetadata, device: string): number {
  const alike = metadata.device === device && metadata.machine === machineHash() && metadata.batchSize === 1;
  return alike ? 0 : 1;
}

function largestDifference(a: Uint8Array, b: Uint8Array): number {
  if (a.length !== b.length) return 255;
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i] - b[i]));
  return largest;
}

function edited(file: string, found: string, recorded: string): DriftfieldError {
  return new DriftfieldError(
    "mismatch",
    `${file} was changed after it was made: its pixels aren't those recorded in it`,
    {
      path: file,
      received: `sha256 ${found}`,
      expected: `sha256 ${recorded}`,
      hint: "Take the file as it was first written, or make the picture again.",
    },
  );
}

function fromFile(file: string, what: string, flags: string): DriftfieldError {
  return new DriftfieldError("unsupported", `${file} started from ${what}, which it doesn't hold`, {
    path: file,
    expected: "a picture that started from its seed's noise",
    hint: `Run the request again with ${flags}, and compare.`,
  });
}

/** A picture names its model, not the folder that it was loaded from: where that name isn't one that ships, ask. */
function withoutItsModel(error: unknown, file: string, name: string): unknown {
  if (!(error instanceof DriftfieldError) || error.code !== "not_found" || error.path !== "model") return error;
  return new DriftfieldError("not_found", `${file} was made by the model "${name}", which doesn't ship`, {
    path: "--model",
    received: name,
    expected: "the folder of that model",
    hint: `Name its folder: driftfield verify ${quoteForShell(file)} --model <folder>`,
    cause: error,
  });
}

function otherModel(file: string, name: string, found: string, recorded: string): DriftfieldError {
  const short = (hash: string) => hash.slice(0, 12);
  return new DriftfieldError(
    "mismatch",
    `${file} was made by another model than ${name}: ${short(recorded)}, not ${short(found)}`,
    {
      path: "--model",
      received: found,
      expected: recorded,
      hint: "Give the model that made it: --model <folder>.",
    },
  );
}

function otherPixels(file: string, difference: number, tolerance: number): DriftfieldError {
  const allowed = tolerance === 0 ? "bit for bit" : `to within ${tolerance}/255`;
  return new DriftfieldError(
    "mismatch",
    `${file} can't be made again ${allowed}: the pixels differ by up to ${difference}/255`,
    {
      path: file,
      received: difference,
      expected: `at most ${tolerance}`,
      hint: "Compare the versions of Driftfield: `driftfield inspect` shows the one that made it.",
    },
  );
}
