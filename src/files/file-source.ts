// A byte-range source on a file descriptor (Node).
import { DriftfieldError } from "../core/index.ts";
import { nodeModule, systemErrorCode } from "./node.ts";
import { assertRange, type ByteSource } from "./source.ts";

/** Node reads at most 2 GiB in one call. */
const LARGEST_READ = 2 ** 30;

/**
 * Opens the file at `path` for reading; `close()` gives the descriptor back.
 * @throws DriftfieldError "not_found" for a missing file, "invalid_file" for a folder or one that can't be read.
 */
export async function fileSource(path: string): Promise<ByteSource> {
  const { open } = nodeModule("node:fs/promises", "reading a file by its path");
  const handle = await open(path, "r").catch((error: unknown) => {
    throw unreadable(path, error);
  });
  const stat = await handle.stat();
  if (!stat.isFile()) {
    await handle.close();
    throw new DriftfieldError("invalid_file", `${path} isn't a file`, {
      path,
      received: stat.isDirectory() ? "a folder" : "something that isn't a plain file",
      expected: "a file",
      hint: "Name the file itself.",
    });
  }
  const source: ByteSource = {
    size: stat.size,
    name: path,
    filePath: path,
    async read(offset, length) {
      assertRange(source, offset, length);
      const bytes = new Uint8Array(length);
      for (let done = 0; done < length; ) {
        const wanted = Math.min(LARGEST_READ, length - done);
        const { bytesRead } = await handle.read(bytes, done, wanted, offset + done);
        if (bytesRead === 0) assertRange({ name: path, size: offset + done }, offset, length); // shrank since opened
        done += bytesRead;
      }
      return bytes;
    },
    async close() {
      await handle.close();
    },
  };
  return source;
}

function unreadable(path: string, error: unknown): DriftfieldError {
  const code = systemErrorCode(error);
  if (code === "ENOENT" || code === "ENOTDIR") {
    return new DriftfieldError("not_found", `there is no file ${path}`, {
      path,
      received: path,
      expected: "a file that exists",
      hint: "Check the path.",
      cause: error,
    });
  }
  return new DriftfieldError("invalid_file", `${path} can't be read (${code ?? "unknown reason"})`, {
    path,
    received: code,
    expected: "a readable file",
    hint: "Check the file's permissions.",
    cause: error,
  });
}
