// CLIP against transformers' CLIPModel and PIL's pictures (oracle/models.py), and its words.
import { expect, it } from "vitest";
import golden from "../../../test/golden/models.json" with { type: "json" };
import { furthest, runWith } from "../../../test/helpers/weights.ts";
import { input } from "../../graph/index.ts";
import { imageEmbedding, textEmbedding, textHiddenStates, tokenMask, unit } from "./clip.ts";
import { clipConfig } from "./config.ts";
import { resizeToSquare } from "./preprocess.ts";
import { wordTokenizer, wordTokenizerJson } from "./tokenizer.ts";

const { config, weights, ids, pixels, hidden, text_embeds, image_embeds } = golden.clip;
const sizes = clipConfig.parse(config);
const stored = Object.fromEntries(Object.entries(weights).filter(([, { shape }]) => shape.length > 0));
const ends = ids.map((row) => row.indexOf(3));

it("is CLIPModel's text tower: hidden states, and unit vectors at each text's end", async () => {
  const found = await runWith(
    stored,
    (scope) => {
      const states = textHiddenStates(scope, input("ids", [2, 6], "int32"), sizes.text_config);
      const end = input("end", [2], "int32");
      return { states, vectors: unit(textEmbedding(scope, states, end, sizes.projection_dim)) };
    },
    { ids: Int32Array.from(ids.flat()), end: Int32Array.from(ends) },
  );
  expect(furthest(found.states, hidden.data)).toBeLessThan(5e-6);
  expect(furthest(found.vectors, text_embeds.data)).toBeLessThan(2e-6);
});

it("is CLIPModel's image tower", async () => {
  const { vision_config, projection_dim } = sizes;
  const found = await runWith(
    stored,
    (scope) => ({ y: unit(imageEmbedding(scope, input("x", pixels.shape), vision_config, projection_dim)) }),
    { x: Float32Array.from(pixels.data) },
  );
  expect(furthest(found.y, image_embeds.data)).toBeLessThan(2e-6);
});

it("marks the tokens up to each text's end", async () => {
  const mask = await runWith({}, () => ({ y: tokenMask(input("end", [2], "int32"), 6) }), {
    end: Int32Array.from(ends),
  });
  expect([...mask.y]).toEqual([1, 1, 1, 1, 0, 0, 1, 1, 1, 1, 1, 1]);
});

it.each(golden.pictures)("prepares a picture of $width x $height at $size as PIL does, byte for byte", (picture) => {
  const data = Uint8Array.from(picture.data);
  expect([...resizeToSquare({ ...picture, data }, picture.size)]).toEqual(picture.square);
});

const words = wordTokenizer(wordTokenizerJson(["a", "cat", "hat", "don't", "cafe"]), 6);

it("reads words whatever their case, accents and punctuation, between start and end", () => {
  expect(words.encode("A  Cat,\n CAFÉ!")).toEqual({
    ids: Int32Array.of(2, 4, 5, 8, 3, 0),
    end: 4,
    words: 3,
    truncated: false,
    unknown: [],
  });
  expect([...words.encode("don't").ids]).toEqual([2, 7, 3, 0, 0, 0]);
});

it("cuts what is too long, keeping the end, and says how many words there were", () => {
  const { ids: kept, end, words: count, truncated } = words.encode("a cat a cat a cat");
  expect([[...kept], end, count, truncated]).toEqual([[2, 4, 5, 4, 5, 3], 5, 6, true]);
  expect(words.encode("a cat a cat").truncated).toBe(false);
});

it("names each word that it never saw once, and takes special tokens for words", () => {
  expect(words.encode("a dog, a DOG and [END] cat").unknown).toEqual(["dog", "and", "end"]);
  expect([...words.encode("[END] cat").ids]).toEqual([2, 1, 5, 3, 0, 0]);
});
