// Ranges of bytes from memory, Blobs, files and a real HTTP server: one contract.
import { createServer, type RequestListener, type Server } from "node:http";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fileSource } from "./file-source.ts";
import { httpSource } from "./http-source.ts";
import { blobSource, bytesSource, type ByteSource } from "./source.ts";

const DATA = Uint8Array.from({ length: 1000 }, (_, i) => (i * 7) % 256);
const state = { etag: '"one"', requests: 0 };

/** One path for each way that servers behave. */
const answer: RequestListener = (request, response) => {
  state.requests++;
  const range = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? "");
  const [from, to] = [Number(range?.[1]), Number(range?.[2])];
  const part = DATA.subarray(from, to + 1);
  switch (request.url) {
    case "/whole": return void response.end(DATA);
    case "/huge": return void response.writeHead(200, { "content-length": 2 ** 40 }).flushHeaders();
    case "/empty": return void response.writeHead(416, { "content-range": "bytes */0" }).end();
    case "/forbidden": return void response.writeHead(403).end();
    case "/short": return void response.writeHead(206, { "content-range": "bytes 0-0/1000" }).end(part.subarray(0, 3));
    case "/hidden":
      if (request.method === "HEAD") return void response.writeHead(200, { "content-length": 1000 }).end();
      return void response.writeHead(206).end(part);
    case "/silent": return void response.writeHead(request.method === "HEAD" ? 405 : 206).end(part);
    case "/cut":
      response.writeHead(206, { "content-range": `bytes ${from}-${to}/1000`, "content-length": part.length + 5 });
      return void response.write(part, () => response.destroy());
    case "/slow":
      if (to > 0) return; // never
      return void response.writeHead(206, { "content-range": "bytes 0-0/1000" }).end(part);
    case "/good": {
      const headers = { "content-range": `bytes ${from}-${to}/1000`, etag: state.etag };
      return void response.writeHead(206, headers).end(part);
    }
    default: return void response.writeHead(404).end();
  }
};

let server: Server;
let origin = "";
let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "driftfield-source-"));
  await writeFile(join(folder, "data.bin"), DATA);
  server = createServer(answer);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true });
});

describe.each<[string, () => ByteSource | Promise<ByteSource>]>([
  ["memory", () => bytesSource(DATA, "data")],
  ["a Blob", () => blobSource(new Blob([DATA]))],
  ["a file", () => fileSource(join(folder, "data.bin"))],
  ["a server that knows ranges", () => httpSource(`${origin}/good`)],
  ["a server that hides its Content-Range", () => httpSource(`${origin}/hidden`)],
  ["a server that sends everything", () => httpSource(`${origin}/whole`)],
])("from %s", (_, make) => {
  test("any range is read exactly, the empty one and the last byte included, as the caller's own memory", async () => {
    const source = await make();
    expect(source.size).toBe(1000);
    for (const [at, n] of [[0, 1000], [0, 0], [1000, 0], [999, 1], [123, 456]]) {
      expect(await source.read(at, n)).toEqual(DATA.slice(at, at + n));
    }
    (await source.read(0, 10)).fill(99);
    expect((await source.read(0, 10))[1]).toBe(7);
    await source.close();
  });
  test("a range past the end, or no range at all, is an error with both sizes", async () => {
    const source = await make();
    for (const [at, n] of [[999, 2], [1001, 0], [0, 2 ** 60], [-1, 1], [0.5, 1], [0, NaN]]) {
      const refused = { code: "invalid_file", received: "1000 bytes", hint: expect.stringContaining("again") };
      await expect(source.read(at, n)).rejects.toMatchObject(refused);
    }
    await source.close();
  });
});

test("a missing file is not found, and a folder is no file", async () => {
  const none = join(folder, "none");
  await expect(fileSource(none)).rejects.toMatchObject({ code: "not_found", path: none });
  await expect(fileSource(join(folder, "data.bin", "x"))).rejects.toMatchObject({ code: "not_found" });
  await expect(fileSource(folder)).rejects.toMatchObject({ code: "invalid_file", received: "a folder" });
});

test("an empty file on a server has size 0", async () => {
  expect((await httpSource(`${origin}/empty`)).size).toBe(0);
});

test.each([
  ["/none", "not_found"],
  ["/forbidden", "invalid_file"],
  ["/huge", "unsupported"],
  ["/silent", "unsupported"],
])("a server that answers as %s does gives %s", async (path, code) => {
  const refused = { code, path: origin + path, hint: expect.stringMatching(/\.$/) };
  await expect(httpSource(origin + path)).rejects.toMatchObject(refused);
});

test("a server that isn't there gives not_found, an address that isn't one too", async () => {
  await expect(httpSource("http://127.0.0.1:9/x")).rejects.toMatchObject({ code: "not_found" });
  await expect(httpSource("not an address")).rejects.toMatchObject({ code: "not_found" });
});

test("a file that changes between two reads is an error, not a mixture", async () => {
  state.etag = '"one"';
  const source = await httpSource(`${origin}/good`);
  await source.read(0, 10);
  state.etag = '"two"';
  await expect(source.read(10, 10)).rejects.toMatchObject({ code: "invalid_file", message: /changed/ });
});

test("an answer that is too short, or breaks off, is an error", async () => {
  const short = await httpSource(`${origin}/short`);
  await expect(short.read(0, 10)).rejects.toMatchObject({ code: "invalid_file", received: "3 bytes (status 206)" });
  const cut = await httpSource(`${origin}/cut`);
  await expect(cut.read(0, 10)).rejects.toMatchObject({ code: "not_found" });
});

test("a signal ends a read that waits", async () => {
  const controller = new AbortController();
  const source = await httpSource(`${origin}/slow`, { signal: controller.signal });
  const reading = source.read(5, 10);
  controller.abort();
  await expect(reading).rejects.toMatchObject({ code: "aborted" });
});
