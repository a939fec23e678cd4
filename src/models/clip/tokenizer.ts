// Words to numbers for our own models: one number a word, by @huggingface/tokenizers, from a tokenizer.json.
import { Tokenizer } from "@huggingface/tokenizers";
import { DriftfieldError } from "../../core/index.ts";
import type { TokenizedPrompt } from "../types.ts";

const SPECIAL = ["[PAD]", "[UNK]", "[START]", "[END]"] as const;
const [PAD, UNKNOWN, START, END] = SPECIAL.keys();
export const WORD_PATTERN = "[a-z0-9]+(?:'[a-z]+)?";

/** A tokenizer.json for a list of words (a WordPiece model without pieces): lower case, no accents, no punctuation. */
export function wordTokenizerJson(words: readonly string[]): Record<string, unknown> {
  const vocab = Object.fromEntries([...SPECIAL, ...words].map((word, id) => [word, id]));
  const special = (id: string): object => ({ SpecialToken: { id, type_id: 0 } });
  const named = (token: string, id: number): object => ({ id: token, ids: [id], tokens: [token] });
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: SPECIAL.map((content, id) => ({
      id,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: { type: "Sequence", normalizers: [{ type: "NFD" }, { type: "StripAccents" }, { type: "Lowercase" }] },
    pre_tokenizer: { type: "Split", pattern: { Regex: WORD_PATTERN }, behavior: "Removed", invert: true },
    post_processor: {
      type: "TemplateProcessing",
      single: [special("[START]"), { Sequence: { id: "A", type_id: 0 } }, special("[END]")],
      pair: [],
      special_tokens: { "[START]": named("[START]", START), "[END]": named("[END]", END) },
    },
    decoder: null,
    model: {
      type: "WordPiece",
      unk_token: "[UNK]",
      continuing_subword_prefix: "##",
      max_input_chars_per_word: 100,
      vocab,
    },
  };
}

export type Tokens = {
  /** Padded to the model's length. */
  ids: Int32Array;
  /** The place of the end token. */
  end: number;
  /** Words before any were cut off. */
  words: number;
  truncated: boolean;
  /** Words that the vocabulary lacks, in order, each once. */
  unknown: string[];
};

/** Encodes prompts for a model of `length` tokens. */
export type PromptTokenizer = {
  encode(text: string): Tokens;
  /** The words that it knows; none where it knows every text. */
  vocabulary: readonly string[];
  /** What `words` counts. */
  unit: "words" | "tokens";
  size: number;
  length: number;
};

/** A tokenizer's reading of `text`, as pipelines want it. */
export function tokenized(tokenizer: PromptTokenizer, text: string): TokenizedPrompt {
  const { ids, truncated, words, unknown } = tokenizer.encode(text);
  const { unit, vocabulary } = tokenizer;
  return { ids: [...ids], truncated, words, unit, unknown, vocabulary };
}

/** A tokenizer of whole words. */
export type WordTokenizer = PromptTokenizer & { /** The end token. */ end: number };

/** Makes the tokenizer of a parsed tokenizer.json. Throws "invalid_file" where it isn't one. */
export function wordTokenizer(json: unknown, length: number): WordTokenizer {
  const vocab = (json as { model?: { vocab?: Record<string, number> } })?.model?.vocab;
  if (vocab === undefined || vocab["[END]"] !== END) {
    throw new DriftfieldError("invalid_file", "tokenizer.json isn't one of Driftfield's word tokenizers", {
      hint: "take the tokenizer folder that belongs to the model",
    });
  }
  const tokenizer = new Tokenizer(json as object, { unk_token: "[UNK]", pad_token: "[PAD]" });
  const vocabulary = Object.keys(vocab).filter((word) => !(SPECIAL as readonly string[]).includes(word));
  return {
    vocabulary,
    unit: "words",
    size: vocabulary.length + SPECIAL.length,
    length,
    end: END,
    encode(text) {
      const clean = text.replaceAll("[", " ").replaceAll("]", " "); // special tokens aren't words that a prompt can say
      const { ids, tokens } = tokenizer.encode(clean) as { ids: number[]; tokens: string[] };
      const unknown = ids.includes(UNKNOWN) ? unknownWords(clean, vocab) : [];
      const words = tokens.length - 2;
      const kept = ids.slice(0, -1).slice(0, length - 1);
      const padded = new Int32Array(length).fill(PAD);
      padded.set([...kept, END]);
      return { ids: padded, end: kept.length, words, truncated: words > length - 2, unknown };
    },
  };
}

function unknownWords(text: string, vocab: Record<string, number>): string[] {
  const plain = text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const words = plain.match(new RegExp(WORD_PATTERN, "g")) ?? [];
  return [...new Set(words.filter((word) => !Object.hasOwn(vocab, word)))];
}
