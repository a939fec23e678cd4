// A byte-range source on a URL: only the ranges that are asked for travel.
import { DriftfieldError, throwIfAborted } from "../core/index.ts";
import { assertRange, bytesSource, type ByteSource } from "./source.ts";

/** The most that is fetched whole from a server that doesn't know ranges. */
const LARGEST_WHOLE = 2 ** 30;

/**
 * Opens `url` by range requests. A server that doesn't know them sends the whole file, which is then kept in memory.
 * @throws DriftfieldError "not_found" (no such file, or no answer), "invalid_file" (another refusal, or the file
 *   changed between two reads), "unsupported" (more than 1 GiB without ranges), "aborted"
 */
export async function httpSource(url: string, options: { signal?: AbortSignal } = {}): Promise<ByteSource> {
  const { signal } = options;
  const first = await request(url, 0, 1, signal);
  if (first.status === 200) return wholeFile(url, first, signal);
  await first.body?.cancel();
  const size = totalSize(first) ?? (await sizeByHead(url, signal));
  const version = first.headers.get("etag");
  const source: ByteSource = {
    size,
    name: url,
    async read(offset, length) {
      assertRange(source, offset, length);
      if (length === 0) return new Uint8Array(0);
      const response = await request(url, offset, length, signal);
      const isSame = response.status === 206 && response.headers.get("etag") === version;
      const bytes = isSame ? await bodyOf(url, response, signal) : new Uint8Array(0);
      if (isSame && bytes.length === length) return bytes;
      await response.body?.cancel().catch(() => undefined);
      throw new DriftfieldError("invalid_file", `${url} changed while it was read, or came cut off`, {
        path: url,
        received: `${bytes.length} bytes (status ${response.status})`,
        expected: `${length} bytes from ${offset}, of the same version`,
        hint: "Load it again.",
      });
    },
    async close() {},
  };
  return source;
}

async function request(url: string, offset: number, length: number, signal?: AbortSignal): Promise<Response> {
  const response = await fetchOrThrow(url, { headers: { Range: `bytes=${offset}-${offset + length - 1}` }, signal });
  const isEmptyFile = response.status === 416 && totalSize(response) === 0;
  if (response.ok || isEmptyFile) return response;
  await response.body?.cancel();
  const isMissing = response.status === 404 || response.status === 410;
  throw new DriftfieldError(isMissing ? "not_found" : "invalid_file", `${url} can't be read: ${response.status}`, {
    path: url,
    received: `status ${response.status} ${response.statusText}`,
    expected: "status 200 or 206",
    hint: isMissing ? "Check the address." : "Check that the server lets this page read the file.",
  });
}

async function fetchOrThrow(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (cause) {
    throw unreachable(url, cause, init.signal ?? undefined);
  }
}

function unreachable(url: string, cause: unknown, signal?: AbortSignal): DriftfieldError {
  throwIfAborted(signal);
  return new DriftfieldError("not_found", `${url} doesn't answer`, {
    path: url,
    received: String(cause),
    expected: "an answer",
    hint: "Check the address, the connection and that the server allows other origins.",
    cause,
  });
}

async function bodyOf(url: string, response: Response, signal?: AbortSignal) {
  try {
    return new Uint8Array(await response.arrayBuffer());
  } catch (cause) {
    throw unreachable(url, cause, signal);
  }
}

/** The size in `Content-Range: bytes 0-0/123`, where the server says so and the page may see it. */
function totalSize(response: Response): number | undefined {
  const total = /\/(\d+)$/.exec(response.headers.get("content-range") ?? "")?.[1];
  return total === undefined ? undefined : Number(total);
}

/** Other origins' Content-Range is often hidden from a page, Content-Length never. */
async function sizeByHead(url: string, signal?: AbortSignal): Promise<number> {
  const head = await fetchOrThrow(url, { method: "HEAD", signal });
  const size = Number(head.headers.get("content-length") ?? NaN);
  if (head.ok && Number.isSafeInteger(size)) return size;
  throw new DriftfieldError("unsupported", `${url}: the server doesn't say how long the file is`, {
    path: url,
    received: `status ${head.status}, without Content-Range and Content-Length`,
    expected: "a Content-Range or Content-Length header",
    hint: "Expose Content-Range to this page, or download the file.",
  });
}

async function wholeFile(url: string, response: Response, signal?: AbortSignal): Promise<ByteSource> {
  const size = Number(response.headers.get("content-length") ?? 0);
  if (size <= LARGEST_WHOLE) return bytesSource(await bodyOf(url, response, signal), url);
  await response.body?.cancel();
  throw new DriftfieldError("unsupported", `${url}: the server sends ${size} bytes whole or not at all`, {
    path: url,
    received: `${size} bytes from a server without range requests`,
    expected: `range requests, or at most ${LARGEST_WHOLE} bytes`,
    hint: "Use a server that knows range requests, or download the file.",
  });
}
