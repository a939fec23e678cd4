// Published tokenizers against transformers' CLIPTokenizer (oracle/clip_tokenizer.py).
import { describe, expect, it } from "vitest";
import golden from "../../../test/golden/tokenizers.json" with { type: "json" };
import { blobFolder } from "../../files/index.ts";
import { bytePairTokenizer } from "./byte-pairs.ts";

const folderOf = (files: Record<string, string>) =>
  blobFolder(new Map(Object.entries(files).map(([name, text]) => [name, new Blob([text])])), "tokenizer");
const vocab = JSON.stringify(golden.vocab);
const merges = ["#version: 0.2", ...golden.merges, ""].join("\n");

describe.each(golden.forms)("the tokenizer of $name", ({ files, saved, saved_config, ids }) => {
  const pairs = golden.merges.map((merge) => merge.split(" "));
  const whole = { ...saved, model: { ...saved.model, vocab: golden.vocab, merges: pairs } };
  const forms: Record<string, Record<string, string>> = {
    "vocab.json and merges.txt": { ...files, "vocab.json": vocab, "merges.txt": merges },
    "tokenizer.json": {
      "tokenizer.json": JSON.stringify(whole),
      "tokenizer_config.json": JSON.stringify(saved_config),
    },
  };
  it.each(Object.keys(forms))("of %s gives transformers' ids", async (form) => {
    const tokenizer = await bytePairTokenizer(folderOf(forms[form]), "", golden.length);
    const found = golden.texts.map((text) => [text, [...tokenizer.encode(text).ids]]);
    expect(found).toEqual(golden.texts.map((text, i) => [text, ids[i]]));
  });
});

const sd2 = { ...golden.forms[1].files, "vocab.json": vocab, "merges.txt": merges };

it("says where the text ends and what was cut", async () => {
  const tokenizer = await bytePairTokenizer(folderOf(sd2), "", 6);
  const end = golden.vocab["<|endoftext|>"];
  const short = tokenizer.encode("a cat");
  expect(short).toMatchObject({ end: 3, words: 2, truncated: false });
  expect([...short.ids].slice(3)).toEqual([end, 0, 0]);
  const long = tokenizer.encode("a cat on a hat");
  expect(long).toMatchObject({ end: 5, words: 5, truncated: true });
  expect(long.ids[5]).toBe(end);
});

describe("refuses", () => {
  const broken: [string, Record<string, string | undefined>, string, RegExp][] = [
    ["a folder without files", { "vocab.json": undefined }, "not_found", /vocab.json/],
    ["a vocabulary of texts", { "vocab.json": '{"a": "b"}' }, "invalid_file", /vocab.json.*CLIP's tokenizer: a/],
    ["a merge of unknown letters", { "merges.txt": "猫 猫" }, "invalid_file", /the merge \["猫","猫"\]/],
    ["no end token", { "vocab.json": '{"<|startoftext|>": 0}', "merges.txt": "" }, "invalid_file", /eos_token/],
    ["another kind", { "tokenizer.json": '{"model": {"type": "Unigram", "vocab": {}}}' }, "invalid_file", /model.type/],
    ["no JSON", { "tokenizer.json": "{" }, "invalid_file", /isn't JSON/],
  ];
  it.each(broken)("%s", async (_, change, code, message) => {
    const files = Object.entries({ ...sd2, ...change }).filter(([, text]) => text !== undefined);
    const loading = bytePairTokenizer(folderOf(Object.fromEntries(files) as Record<string, string>), "", 8);
    await expect(loading).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });
});
