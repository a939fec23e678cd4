// Which folder a model's name means, and which files in it may be opened: a downloaded folder names its own files,
// and none of them may lead out of it.
import { DriftfieldError, nearestNames } from "../core/index.ts";
import { nodeModule, systemErrorCode } from "./node.ts";

const PURPOSE = "opening a model's folder";

/** What makes a folder a model: the diffusers layout's file, or the transformers layout's. */
const MARKERS = ["model_index.json", "config.json"];

/**
 * The folder of a model: `nameOrPath` is the name of one that ships (a folder in `shippedFolder`), or else a path.
 * @returns the folder's real path
 * @throws DriftfieldError "not_found", with the nearest shipped names, or when the folder holds no model
 */
export async function resolveModelFolder(nameOrPath: string, options: { shippedFolder: string }): Promise<string> {
  const { readdir, realpath, stat } = nodeModule("node:fs/promises", PURPOSE);
  const { join } = nodeModule("node:path", PURPOSE);
  const entries = await readdir(options.shippedFolder, { withFileTypes: true }).catch(() => []);
  const shipped = entries.filter((entry) => entry.isDirectory() || entry.isSymbolicLink()).map((entry) => entry.name);
  const path = shipped.includes(nameOrPath) ? join(options.shippedFolder, nameOrPath) : nameOrPath;
  const found = await stat(path).catch(() => undefined);
  if (path === "" || found === undefined || !found.isDirectory()) throw unknownModel(nameOrPath, shipped, found);
  const folder = await realpath(path);
  const names = await readdir(folder);
  if (MARKERS.some((marker) => names.includes(marker))) return folder;
  throw new DriftfieldError("not_found", `${nameOrPath} holds no model`, {
    path: "model",
    received: names.length === 0 ? "an empty folder" : `a folder of ${names.slice(0, 5).join(", ")}`,
    expected: `a folder with ${MARKERS.join(" or ")}`,
    hint: "Name the folder that holds model_index.json (a pipeline) or config.json (one model).",
  });
}

function unknownModel(name: string, shipped: string[], found: unknown): DriftfieldError {
  const nearest = nearestNames(name, shipped);
  const all = `Models that ship: ${shipped.join(", ") || "none"}.`;
  const guess = nearest.length === 0 ? all : `Did you mean ${nearest.join(", ")}?`;
  return new DriftfieldError("not_found", `there is no model ${JSON.stringify(name)}`, {
    path: "model",
    received: found === undefined ? name : "a file",
    expected: "the name of a model that ships, or a folder",
    hint: `${guess} A folder in the diffusers or transformers layout works too.`,
  });
}

/**
 * The path of file `name` (like "unet/config.json") of the model in `folder`, once it is sure that it exists and lies
 * inside. Links may lead out only from a hub cache's snapshots/ to the blobs/ beside it.
 * @throws DriftfieldError "not_found" (with the nearest names), "invalid_file" when the name leads out of the folder
 */
export async function fileInModel(folder: string, name: string): Promise<string> {
  const { readdir, realpath } = nodeModule("node:fs/promises", PURPOSE);
  const { basename, dirname, isAbsolute, resolve } = nodeModule("node:path", PURPOSE);
  const path = resolve(folder, name);
  if (isAbsolute(name) || name.includes("\\") || name.includes("\0") || !isInside(resolve(folder), path)) {
    throw leadsOut(folder, name, path);
  }
  let real: string;
  try {
    real = await realpath(path);
  } catch (cause) {
    const siblings = await readdir(dirname(path)).catch(() => []);
    const nearest = nearestNames(basename(path), siblings);
    throw new DriftfieldError("not_found", `the model in ${folder} lacks ${name}`, {
      path: name,
      received: systemErrorCode(cause),
      expected: `the file ${path}`,
      hint: MARKERS.includes(name) ? otherKind(name) : misnamed(nearest),
      cause,
    });
  }
  const realFolder = await realpath(folder);
  const blobs = hubBlobs(realFolder);
  if (isInside(realFolder, real) || (blobs !== undefined && isInside(blobs, real))) return real;
  throw leadsOut(folder, name, real);
}

/** The names in `folder` ("" for the model's own) of the model in `root`; none where there is no such folder. */
export async function filesIn(root: string, folder: string): Promise<string[]> {
  const { readdir } = nodeModule("node:fs/promises", PURPOSE);
  const { resolve } = nodeModule("node:path", PURPOSE);
  const path = resolve(root, folder);
  if (path !== resolve(root) && !isInside(resolve(root), path)) throw leadsOut(root, folder, path);
  return readdir(path).catch(() => []);
}

function otherKind(marker: string): string {
  const [pipeline] = MARKERS;
  return marker === pipeline
    ? "This folder holds one model: name that of a whole pipeline, with model_index.json."
    : "Name the folder of one model, with config.json.";
}

function misnamed(nearest: readonly string[]): string {
  return nearest.length === 0 ? "Download the model again, whole." : `There is ${nearest.join(", ")}: rename it?`;
}

function isInside(folder: string, path: string): boolean {
  const { isAbsolute, relative, sep } = nodeModule("node:path", PURPOSE);
  const way = relative(folder, path);
  return way !== "" && way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** `<cache>/models--name/blobs` for a folder in `<cache>/models--name/snapshots/<revision>`. */
function hubBlobs(folder: string): string | undefined {
  const { basename, dirname, join } = nodeModule("node:path", PURPOSE);
  for (let at = folder; dirname(at) !== at; at = dirname(at)) {
    if (basename(dirname(at)) === "snapshots") return join(dirname(dirname(at)), "blobs");
  }
  return undefined;
}

function leadsOut(folder: string, name: string, target: string): DriftfieldError {
  return new DriftfieldError("invalid_file", `${JSON.stringify(name)} leads out of the model's folder`, {
    path: name,
    received: target,
    expected: `a file inside ${folder}`,
    hint: "Don't trust this model, or copy the file itself into the folder.",
  });
}
