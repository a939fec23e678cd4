// A model's folder wherever it lies: on this machine's disk, among files that a page's user picked, or on a server.
// Loaders name files relative to it and never see which.
import { DriftfieldError, nearestNames } from "../core/index.ts";
import { fileSource } from "./file-source.ts";
import { httpSource } from "./http-source.ts";
import { fileInModel, filesIn } from "./model-folder.ts";
import { blobSource, type ByteSource } from "./source.ts";

/** The files of one model. Names are relative, with "/" between parts: "unet/config.json". */
export type ModelFolder = {
  /** What errors call it. */
  readonly name: string;
  has(file: string): Promise<boolean>;
  /** Opens a file; the caller closes it. Throws DriftfieldError "not_found", "invalid_file". */
  open(file: string): Promise<ByteSource>;
  /** The names in a folder of it ("" is itself; none where there is no such folder). A server can't say: undefined. */
  list?(folder: string): Promise<string[]>;
};

/** A folder on this machine's disk (Node). No file may lead out of it, but for a hub cache's links into its blobs. */
export function diskFolder(path: string): ModelFolder {
  const list = (folder: string) => filesIn(path, folder);
  return {
    name: path,
    list,
    async has(file) {
      const slash = file.lastIndexOf("/");
      return (await list(file.slice(0, Math.max(0, slash)))).includes(file.slice(slash + 1));
    },
    open: async (file) => fileSource(await fileInModel(path, file)),
  };
}

/**
 * Files that a page's user picked or dropped: by their paths, which may all begin with the picked folder's own name
 * (a File's `webkitRelativePath` does).
 */
export function blobFolder(files: ReadonlyMap<string, Blob>, name = "the picked folder"): ModelFolder {
  const byPath = withoutCommonFolder(files);
  const list = async (folder: string) => {
    const start = folder === "" ? "" : `${folder}/`;
    const inside = [...byPath.keys()].filter((path) => path.startsWith(start));
    return [...new Set(inside.map((path) => path.slice(start.length).split("/")[0]))];
  };
  return {
    name,
    list,
    has: async (file) => byPath.has(file),
    async open(file) {
      const blob = byPath.get(file);
      if (blob === undefined) throw lacks(name, file, [...byPath.keys()]);
      return blobSource(blob, `${name}/${file}`);
    },
  };
}

/** A folder on a server that this page may read, by its URL. Whether a file is there is found out by asking for it. */
export function httpFolder(url: string, options: { signal?: AbortSignal } = {}): ModelFolder {
  const base = url.endsWith("/") ? url : `${url}/`;
  const open = (file: string) => httpSource(new URL(file, base).href, options);
  return {
    name: url,
    open,
    async has(file) {
      try {
        await (await open(file)).close();
        return true;
      } catch (error) {
        if (error instanceof DriftfieldError && error.code === "not_found") return false;
        throw error;
      }
    },
  };
}

/** A folder within a model's folder, as one of its own. */
export function subFolder(folder: ModelFolder, name: string): ModelFolder {
  const { list } = folder;
  return {
    name: `${folder.name}/${name}`,
    ...(list && { list: (inner: string) => list(inner === "" ? name : `${name}/${inner}`) }),
    has: (file) => folder.has(`${name}/${file}`),
    open: (file) => folder.open(`${name}/${file}`),
  };
}

/** Paths without the folder that all of them share, unless a model's own file lies beside it. */
function withoutCommonFolder(files: ReadonlyMap<string, Blob>): ReadonlyMap<string, Blob> {
  const firsts = new Set([...files.keys()].map((path) => path.split("/")[0]));
  const [first] = firsts;
  if (firsts.size !== 1 || files.has(first)) return files;
  return new Map([...files].map(([path, blob]) => [path.slice(first.length + 1), blob]));
}

function lacks(folder: string, file: string, there: readonly string[]): DriftfieldError {
  const near = nearestNames(file, there);
  return new DriftfieldError("not_found", `the model in ${folder} lacks ${file}`, {
    path: file,
    received: there.slice(0, 5),
    expected: `the file ${file}`,
    hint: near.length === 0 ? "Pick the whole folder." : `There is ${near.join(", ")}: rename it?`,
  });
}
