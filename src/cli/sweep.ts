// `driftfield sweep`: the same picture over the values of an option, or over several prompts, as one strip.
import { sha256 } from "../files/index.ts";
import { nameIn, type sweepCommand, sweptFields } from "../options/index.ts";
import type { Run } from "./commands.ts";
import { machineHash } from "./machine.ts";
import { picturePaths } from "./output.ts";
import { writePicture } from "./picture-file.ts";
import { renderPictures } from "./render.ts";
import { layOut } from "./strip.ts";
import { sweepCells } from "./sweep-cells.ts";
import { packageVersion } from "./version.ts";

export const run: Run<typeof sweepCommand.fields> = async (given, context) => {
  const { model = "emoji", device = "cpu", out = "sweep.png", json = false } = given;
  const { cells, columns, swept } = sweepCells(given);
  const [path] = await picturePaths(out, 1);
  const pixels = { variant: given.variant, vaeTiling: given.vaeTiling };
  await using pipeline = await context.loadPipeline(model, {
    device,
    memoryLimit: given.memoryLimit,
    ...pixels,
    signal: context.signal,
    onProgress: context.onProgress,
  });
  const { pictures, warnings } = await renderPictures(pipeline, cells, context);
  const strip = layOut(
    pictures.map(({ image }) => image),
    columns,
  );
  const hash = await sha256([strip.data]);
  await writePicture(path, strip, {
    version: await packageVersion(),
    requests: pictures.map(({ request }) => ({ ...request, ...pixels })),
    columns,
    modelHash: pipeline.model.hash,
    device,
    machine: machineHash(),
    batchSize: 1,
    sha256: hash,
  });
  if (!json) {
    for (const warning of warnings) context.note(`warning: ${warning}`);
    context.print(path);
    return;
  }
  const images = pictures.map(({ image, request }) => {
    const value = swept === null ? {} : { [nameIn("wire", swept, sweptFields[swept])]: request[swept] };
    return { prompt: request.prompt, seed: image.seed, ...value, sha256: image.sha256 };
  });
  const { width, height } = strip;
  context.print(JSON.stringify({ path, width, height, columns, sha256: hash, images, warnings }));
};
