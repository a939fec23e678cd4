// Answers requests with the files of one folder, and with nothing from outside of it.
import { createReadStream } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { extname, join, sep } from "node:path";
import { pipeline } from "node:stream";
import { createGzip } from "node:zlib";

const types: Record<string, string> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".png": "image/png",
  ".safetensors": "application/octet-stream",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".woff2": "font/woff2",
};

/** What gets much shorter; the engine's wasm would take longer to shorten than to send on one machine. */
const shortened = new Set([".css", ".html", ".js", ".json", ".mjs", ".safetensors", ".svg"]);

/** Isolated, so that wasm has threads; nothing is sniffed or sent on. */
const always = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
};

/**
 * A listener that serves `folder`, "/" being its index.html. Paths that leave the folder, by dots, by an encoding or by
 * a link, are not found. Files below assets/ carry a hash in their names and may be kept for ever.
 */
export function staticFiles(folder: string): RequestListener {
  return (request, response) => {
    answer(folder, request, response).catch((error: unknown) => {
      if (!response.headersSent) say(response, 500, "the file can't be read\n");
      else response.destroy(error as Error);
    });
  };
}

async function answer(folder: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== "GET" && request.method !== "HEAD") {
    return say(response, 405, "only GET and HEAD\n", { allow: "GET, HEAD" });
  }
  const path = await inside(folder, request.url ?? "/");
  if (path === null) return say(response, 404, "not found\n");
  const { size } = await stat(path);
  const ending = extname(path);
  const gzip = shortened.has(ending) && takesGzip(request);
  response.writeHead(200, {
    ...always,
    "content-type": types[ending] ?? "application/octet-stream",
    ...(gzip ? { "content-encoding": "gzip" } : { "content-length": size }),
    ...(shortened.has(ending) && { vary: "accept-encoding" }),
    "cache-control": path.includes(`${sep}assets${sep}`) ? "public, max-age=31536000, immutable" : "no-cache",
  });
  if (request.method === "HEAD") {
    response.end();
    return;
  }
  const stream = createReadStream(path);
  const done = (error: Error | null): void => {
    if (error) response.destroy();
  };
  if (gzip) pipeline(stream, createGzip(), response, done);
  else pipeline(stream, response, done);
}

/** Whether the browser said that it takes gzip (and not that it doesn't: "gzip;q=0"). */
function takesGzip({ headers }: IncomingMessage): boolean {
  const offers = String(headers["accept-encoding"] ?? "").split(",");
  return offers.some((offer) => /^\s*gzip\s*(;\s*q=(1|0?\.0*[1-9]).*)?$/i.test(offer));
}

/** The real path of the file that `url` names in `folder`; null where there is none. */
async function inside(folder: string, url: string): Promise<string | null> {
  const encoded = url.split(/[?#]/, 1)[0];
  let name: string;
  try {
    name = decodeURIComponent(encoded);
  } catch {
    return null;
  }
  if (!name.startsWith("/") || /[\0\\]/.test(name) || name.split("/").includes("..")) return null;
  try {
    const root = await realpath(folder);
    const path = await realpath(join(root, name.endsWith("/") ? `${name}index.html` : name));
    return path.startsWith(root + sep) && (await stat(path)).isFile() ? path : null;
  } catch {
    return null;
  }
}

function say(response: ServerResponse, status: number, text: string, headers: Record<string, string> = {}): void {
  response.writeHead(status, { ...always, "content-type": "text/plain; charset=utf-8", ...headers });
  response.end(text);
}
