// Which folder a model is, and that its files stay inside it.
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readJson } from "./json-file.ts";
import { fileInModel, resolveModelFolder } from "./model-folder.ts";

let root = "";
let shippedFolder = "";
const put = async (path: string, text = "{}") => {
  await mkdir(join(root, path, ".."), { recursive: true });
  await writeFile(join(root, path), text);
};

beforeAll(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), "driftfield-model-")));
  shippedFolder = join(root, "models");
  await put("models/emoji/model_index.json");
  await put("models/clip/config.json");
  await put("mine/model_index.json");
  await put("mine/unet/config.json", '{"depth": 3}');
  await put("mine/broken.json", '{"depth": 3');
  await put("mine/latin.json", "");
  await writeFile(join(root, "mine/latin.json"), Buffer.from('"\xe9"', "latin1"));
  await put("secret.txt");
  await put("hub/models--a--b/blobs/abc", '{"hub": true}');
  await put("hub/models--a--b/other/xyz");
  await mkdir(join(root, "hub/models--a--b/snapshots/rev/unet"), { recursive: true });
  await symlink("../../../blobs/abc", join(root, "hub/models--a--b/snapshots/rev/unet/config.json"));
  await symlink("../../blobs/abc", join(root, "hub/models--a--b/snapshots/rev/model_index.json"));
  await symlink("../../other/xyz", join(root, "hub/models--a--b/snapshots/rev/odd.json"));
  await symlink("../secret.txt", join(root, "mine/link.json"));
  await symlink("unet/config.json", join(root, "mine/inside.json"));
  await symlink(join(root, "mine"), join(root, "alias"));
  await mkdir(join(root, "empty"));
});
afterAll(async () => {
  await rm(root, { recursive: true });
});

test("a shipped name is its folder, a path is itself, a link is what it points to", async () => {
  expect(await resolveModelFolder("emoji", { shippedFolder })).toBe(join(root, "models/emoji"));
  expect(await resolveModelFolder(join(root, "mine"), { shippedFolder })).toBe(join(root, "mine"));
  expect(await resolveModelFolder(join(root, "alias"), { shippedFolder })).toBe(join(root, "mine"));
});

test("an unknown model is not found, with the nearest names that ship", async () => {
  const missing = { code: "not_found", path: "model", received: "emojy", hint: expect.stringContaining("mean emoji?") };
  await expect(resolveModelFolder("emojy", { shippedFolder })).rejects.toMatchObject(missing);
  const far = { code: "not_found", hint: expect.stringMatching(/Models that ship: (clip, emoji|emoji, clip)\./) };
  await expect(resolveModelFolder("stable-diffusion-2", { shippedFolder })).rejects.toMatchObject(far);
  await expect(resolveModelFolder("", { shippedFolder })).rejects.toMatchObject({ code: "not_found" });
  const file = resolveModelFolder(join(root, "secret.txt"), { shippedFolder });
  await expect(file).rejects.toMatchObject({ code: "not_found", received: "a file" });
  const noneShip = resolveModelFolder("emoji", { shippedFolder: join(root, "none") });
  await expect(noneShip).rejects.toMatchObject({ code: "not_found", hint: expect.stringContaining("ship: none") });
});

test("a folder without a model says what a model's folder holds", async () => {
  const refused = { code: "not_found", expected: "a folder with model_index.json or config.json" };
  await expect(resolveModelFolder(join(root, "empty"), { shippedFolder })).rejects.toMatchObject(refused);
  await expect(resolveModelFolder(root, { shippedFolder })).rejects.toMatchObject(refused);
});

test("a model's files are found, through links that stay inside and through a hub cache's", async () => {
  const mine = join(root, "mine");
  expect(await fileInModel(mine, "unet/config.json")).toBe(join(mine, "unet/config.json"));
  expect(await fileInModel(mine, "unet/../unet/config.json")).toBe(join(mine, "unet/config.json"));
  expect(await fileInModel(mine, "inside.json")).toBe(join(mine, "unet/config.json"));
  expect(await fileInModel(join(root, "alias"), "unet/config.json")).toBe(join(mine, "unet/config.json"));
  const snapshot = join(root, "hub/models--a--b/snapshots/rev");
  expect(await readJson(await fileInModel(snapshot, "unet/config.json"))).toEqual({ hub: true });
  expect(await readJson(await fileInModel(join(snapshot, "unet"), "config.json"))).toEqual({ hub: true });
  expect(await resolveModelFolder(snapshot, { shippedFolder })).toBe(snapshot);
});

test("a name or a link that leads out of the folder is refused", async () => {
  const mine = join(root, "mine");
  const odd = ["../missing.txt", "..", ".", "a\\..\\b", "a\0"];
  for (const name of ["../secret.txt", "unet/../../secret.txt", "link.json", join(root, "secret.txt"), ...odd]) {
    await expect(fileInModel(mine, name)).rejects.toMatchObject({ code: "invalid_file", path: name });
  }
  const other = fileInModel(join(root, "hub/models--a--b/snapshots/rev"), "odd.json");
  const target = join(root, "hub/models--a--b/other/xyz");
  await expect(other).rejects.toMatchObject({ code: "invalid_file", received: target });
});

test("a missing file is not found, with the nearest that is there", async () => {
  const missing = fileInModel(join(root, "mine"), "unet/confg.json");
  await expect(missing).rejects.toMatchObject({ code: "not_found", hint: expect.stringContaining("config.json") });
});

test("JSON is read, and what isn't JSON is an error that names the file", async () => {
  expect(await readJson(join(root, "mine/unet/config.json"))).toEqual({ depth: 3 });
  for (const name of ["broken.json", "latin.json"]) {
    const path = join(root, "mine", name);
    await expect(readJson(path)).rejects.toMatchObject({ code: "invalid_file", path, message: /isn't JSON/ });
  }
  await expect(readJson(join(root, "none.json"))).rejects.toMatchObject({ code: "not_found" });
});
