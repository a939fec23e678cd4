// Serves one page, its bundle and ONNX Runtime's wasm on 127.0.0.1, cross-origin isolated so that wasm has threads.
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { basename, extname, join } from "node:path";

const ortDist = join(import.meta.dirname, "..", "..", "node_modules", "onnxruntime-web", "dist");

const types: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
};

export type PageServer = { url: string; [Symbol.asyncDispose](): Promise<void> };

async function ortFile(name: string): Promise<Uint8Array | null> {
  const path = join(ortDist, name);
  return name.startsWith("ort-") && existsSync(path) ? readFile(path) : null;
}

/** Listens on a free port. `files` maps a path ("/bundle.js") to its content; the wasm is found beside any of them. */
export async function servePage(files: Record<string, string | Uint8Array>): Promise<PageServer> {
  const server = createServer(async (request, response) => {
    const path = new URL(request.url ?? "/", "http://page").pathname;
    const name = path === "/" ? "/index.html" : path;
    const body = files[name] ?? (await ortFile(basename(name)));
    response.writeHead(body === null ? 404 : 200, {
      "content-type": types[extname(name)] ?? "application/octet-stream",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-embedder-policy": "require-corp",
      "cache-control": "no-store",
    });
    response.end(body ?? "not found");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
