// A component's weights in every form that published folders have, and in those that must be refused.
import { mkdir, mkdtemp, realpath, rename, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DriftfieldError } from "../core/index.ts";
import { openComponentWeights } from "./component-weights.ts";
import { blobFolder, diskFolder, httpFolder, type ModelFolder, subFolder } from "./folder.ts";
import { encodeSafetensors, writeSafetensors } from "./safetensors-write.ts";

let root = "";
beforeAll(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), "driftfield-weights-")));
});
afterAll(() => rm(root, { recursive: true }));

const STEM = "diffusion_pytorch_model";
const put = async (path: string, content: string | Uint8Array = "") => {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), content);
};
const tensors = async (path: string, ...names: string[]) => {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeSafetensors(join(root, path), names.map((name, i) => ({ name, shape: [1], data: Float32Array.of(i) })));
};
const indexOf = (map: unknown) => JSON.stringify({ metadata: {}, weight_map: map });

/** The names of the tensors found, and their variant. */
async function found(folder: ModelFolder, component: string, variant?: string): Promise<[string[], string]> {
  const weights = await openComponentWeights(folder, component, variant);
  await weights.close();
  return [[...weights.tensors.keys()].toSorted(), weights.variant];
}
const onDisk = (model: string, component = "unet", variant?: string) =>
  found(diskFolder(join(root, model)), component, variant);

describe("finds", () => {
  it("one file, by diffusers' name or transformers'", async () => {
    await tensors(`one/unet/${STEM}.safetensors`, "a", "b");
    await tensors("one/text_encoder/model.safetensors", "c");
    await tensors("one/model.safetensors", "d");
    expect(await onDisk("one")).toEqual([["a", "b"], ""]);
    expect(await onDisk("one", "text_encoder")).toEqual([["c"], ""]);
    expect(await onDisk("one", "")).toEqual([["d"], ""]);
  });

  it("shards by their index, before a whole file that was left", async () => {
    await tensors(`shards/unet/${STEM}-00001-of-00002.safetensors`, "a");
    await tensors(`shards/unet/${STEM}-00002-of-00002.safetensors`, "b");
    await tensors(`shards/unet/${STEM}.safetensors`, "old");
    const map = { a: `${STEM}-00001-of-00002.safetensors`, b: `${STEM}-00002-of-00002.safetensors` };
    await put(`shards/unet/${STEM}.safetensors.index.json`, indexOf(map));
    expect(await onDisk("shards")).toEqual([["a", "b"], ""]);
  });

  it("the plain files first, a variant where it is asked for or alone", async () => {
    await tensors(`variants/unet/${STEM}.safetensors`, "full");
    await tensors(`variants/unet/${STEM}.fp16.safetensors`, "half");
    await tensors(`variants/vae/${STEM}.fp16-00001-of-00001.safetensors`, "half");
    const map = { half: `${STEM}.fp16-00001-of-00001.safetensors` };
    await put(`variants/vae/${STEM}.safetensors.index.fp16.json`, indexOf(map));
    expect(await onDisk("variants")).toEqual([["full"], ""]);
    expect(await onDisk("variants", "unet", "fp16")).toEqual([["half"], "fp16"]);
    expect(await onDisk("variants", "vae")).toEqual([["half"], "fp16"]);
    await expect(onDisk("variants", "unet", "bf16")).rejects.toMatchObject({
      code: "not_found",
      received: "bf16",
      expected: "one of the plain one, fp16",
    });
  });

  it("a hub cache's links into its blobs, and no others", async () => {
    await tensors("hub/models--a--b/blobs/0123", "a");
    await tensors("hub/elsewhere.safetensors", "b");
    const unet = join(root, "hub/models--a--b/snapshots/rev/unet");
    await mkdir(unet, { recursive: true });
    await symlink("../../../blobs/0123", join(unet, `${STEM}.safetensors`));
    expect(await onDisk("hub/models--a--b/snapshots/rev")).toEqual([["a"], ""]);
    await rename(join(unet, `${STEM}.safetensors`), join(unet, "was"));
    await symlink("../../../../elsewhere.safetensors", join(unet, `${STEM}.safetensors`));
    const leading = { code: "invalid_file", message: expect.stringMatching(/leads out of the model's folder/) };
    await expect(onDisk("hub/models--a--b/snapshots/rev")).rejects.toMatchObject(leading);
  });

  it("the same among a page's picked files and on a server", async () => {
    const bytes = await encodeSafetensors([{ name: "a", shape: [1], data: Float32Array.of(7) }]);
    const name = `unet/${STEM}.fp16.safetensors`;
    const index = new Blob(["{}"]);
    const picked = blobFolder(new Map([[`sd/${name}`, new Blob([bytes])], ["sd/model_index.json", index]]));
    expect(await found(picked, "unet")).toEqual([["a"], "fp16"]);
    expect(await found(subFolder(picked, "unet"), "")).toEqual([["a"], "fp16"]);
    expect(await picked.list?.("")).toEqual(["unet", "model_index.json"]);
    const { createServer } = await import("node:http");
    const server = createServer((request, response) => {
      if (request.url !== `/sd/${name}`) return response.writeHead(404).end();
      return response.writeHead(200, { "content-length": bytes.length }).end(bytes);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as import("node:net").AddressInfo;
    const served = httpFolder(`http://127.0.0.1:${port}/sd`);
    expect(await found(served, "unet").finally(() => server.close())).toEqual([["a"], "fp16"]);
  });
});

describe("refuses", () => {
  const said = ({ code, message, hint }: DriftfieldError) => `${code}: ${message} ${hint}`;
  const refused = async (model: string) => onDisk(model).then(() => "accepted", said);

  it("pickles, with the reason", async () => {
    await put(`pickled/unet/${STEM}.bin`, "PK");
    const reason = /^unsupported: .*\.bin isn't read: it is a Python pickle.* runs .*safetensors/;
    expect(await refused("pickled")).toMatch(reason);
  });

  it("another framework's weights, and none", async () => {
    await put("flax/unet/model.msgpack");
    expect(await refused("flax")).toMatch(/^unsupported: .*another framework \(model.msgpack\)/);
    await put("none/unet/config.json", "{}");
    expect(await refused("none")).toMatch(/^not_found: .*unet holds no weights/);
    expect(await refused("nowhere")).toMatch(/^not_found/);
  });

  it.each([
    ["names a file elsewhere", { a: "../other.safetensors" }, /^invalid_file: .*no safetensors file beside it/],
    ["names a pickle", { a: "model.bin" }, /^invalid_file: .*no safetensors file beside it/],
    ["names no text", { a: 3 }, /^invalid_file: .*isn't an index/],
    ["is empty", {}, /^invalid_file: .*isn't an index/],
    ["is a list", [`${STEM}.safetensors`], /^invalid_file: .*isn't an index/],
    ["names a missing file", { a: "gone.safetensors" }, /^not_found: .*lacks unet\/gone.safetensors/],
  ])("an index that %s", async (what, map, message) => {
    const model = `index-${what.replaceAll(" ", "-")}`;
    await put(`${model}/unet/${STEM}.safetensors.index.json`, indexOf(map));
    expect(await refused(model)).toMatch(message);
  });

  it("a tensor that two shards hold, and a file that is cut off", async () => {
    await tensors("twice/unet/x.safetensors", "a");
    await tensors("twice/unet/y.safetensors", "a", "b");
    await put(`twice/unet/${STEM}.safetensors.index.json`, indexOf({ a: "x.safetensors", b: "y.safetensors" }));
    const both = /^invalid_file: the tensor a lies in .*x.safetensors and in .*y.safetensors/;
    expect(await refused("twice")).toMatch(both);
    await tensors(`cut/unet/${STEM}.safetensors`, "a", "b");
    await truncate(join(root, `cut/unet/${STEM}.safetensors`), 150);
    expect(await refused("cut")).toMatch(/^invalid_file: .*(cut off|isn't a whole)/);
  });
});

it("tells weights apart by their checksums, or by samples of what others wrote", async () => {
  const hashOf = async (data: Uint8Array) => {
    const json = new TextEncoder().encode('{"a":{"dtype":"U8","shape":[5000],"data_offsets":[0,5000]}}');
    const head = new Uint8Array(new BigUint64Array([BigInt(json.length)]).buffer);
    const file = new Blob([head, json, data as Uint8Array<ArrayBuffer>]);
    const folder = blobFolder(new Map([["model.safetensors", file]]));
    const weights = await openComponentWeights(folder, "");
    return weights.hash();
  };
  const plain = await hashOf(new Uint8Array(5000));
  expect(plain).toMatch(/^[0-9a-f]{64}$/);
  expect(await hashOf(new Uint8Array(5000))).toBe(plain);
  expect(await hashOf(new Uint8Array(5000).fill(1, 4999))).not.toBe(plain);
});
