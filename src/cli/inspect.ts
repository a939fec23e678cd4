// `driftfield inspect`: the request inside a picture, or the parts of a model.
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { DriftfieldError } from "../core/index.ts";
import { shippedFolder } from "../files/index.ts";
import {
  generateWithModel,
  type inspectCommand,
  metadataToJson,
  type PictureMetadata,
  toArgv,
  toLink,
  toWire,
} from "../options/index.ts";
import type { Run } from "./commands.ts";
import { inspectModel } from "./inspect-model.ts";
import { readPicture } from "./picture-file.ts";
import { quoteForShell } from "./shell.ts";

export const run: Run<typeof inspectCommand.fields> = async ({ path: asked, as, variant, json }, context) => {
  const path = await shippedModel(asked);
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (isFolder && as !== undefined) throw notAPicture(path, as);
  if (isFolder) {
    context.print(await inspectModel(path, json ?? false, variant));
    return;
  }
  const { image, metadata } = await readPicture(path);
  if (json) {
    const { width, height } = image;
    context.print(JSON.stringify({ path, width, height, ...metadataToJson(metadata) }));
  } else if (as !== undefined) context.print(metadata.requests.map((request) => inForm(as, request)).join("\n"));
  else context.print(summary(path, metadata));
};

/** The folder of a model that ships, where nothing of that name lies here; anything else as it is. */
async function shippedModel(path: string): Promise<string> {
  const here = await stat(path).catch(() => undefined);
  if (here !== undefined || !/^[\w-]+$/.test(path)) return path;
  const folder = join(shippedFolder(), path);
  return (await stat(folder).catch(() => undefined))?.isDirectory() ? folder : path;
}

type PictureRequest = PictureMetadata["requests"][number];

function inForm(as: "cli" | "json" | "link", request: PictureRequest): string {
  if (as === "json") return JSON.stringify(toWire(generateWithModel, request));
  if (as === "link") return toLink(generateWithModel, request);
  return ["driftfield", "generate", ...toArgv(generateWithModel, request)].map(quoteForShell).join(" ");
}

function summary(path: string, metadata: PictureMetadata): string {
  const { requests, columns, version, modelHash, device, sha256 } = metadata;
  const [request] = requests;
  const pictures =
    requests.length === 1 ? [] : [["pictures", `${requests.length}, ${columns} in a row; the first one:`]];
  const rows = [
    ...pictures,
    ...Object.entries(toWire(generateWithModel, request)).map(([name, value]) => [name, String(value)]),
    ["made by", `Driftfield ${version} on ${device}`],
    ["model hash", modelHash],
    ["pixel hash", sha256],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return [path, ...rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`)].join("\n");
}

function notAPicture(path: string, as: string): DriftfieldError {
  return new DriftfieldError("invalid_option", `--as ${as} prints a picture's request, and ${path} is a folder`, {
    path: "--as",
    received: path,
    expected: "a PNG that Driftfield made",
    hint: "Name a picture, or leave out --as to see the parts of a model.",
  });
}
