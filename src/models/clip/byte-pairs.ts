// Published CLIP tokenizers (byte-pair encoding): from tokenizer.json, or from vocab.json and merges.txt as
// transformers' CLIPTokenizer builds one of them.
import { Tokenizer } from "@huggingface/tokenizers";
import { z } from "zod";
import { DriftfieldError } from "../../core/index.ts";
import type { ModelFolder } from "../../files/index.ts";
import { readModelJson } from "../component.ts";
import type { PromptTokenizer } from "./tokenizer.ts";

/** A special token as configs write it: its text, or an object with how it is found. */
const special = z.union([z.string(), z.looseObject({ content: z.string(), normalized: z.boolean().optional() })]);
const roles = { bos_token: special, eos_token: special, unk_token: special, pad_token: special };
const settings = z.looseObject({ ...roles, model_max_length: z.number().positive() }).partial();
const vocabulary = z.record(z.string(), z.int().nonnegative());
const wholeTokenizer = z.looseObject({
  model: z.looseObject({ type: z.literal("BPE"), vocab: vocabulary }),
  added_tokens: z.array(z.looseObject({ id: z.int().nonnegative(), content: z.string() })).default([]),
});

type Special = z.infer<typeof special>;
type Role = keyof typeof roles;
type Json = Record<string, unknown>;

const DEFAULTS: Readonly<Record<Role, Special>> = {
  bos_token: { content: "<|startoftext|>", normalized: true },
  eos_token: { content: "<|endoftext|>", normalized: true },
  unk_token: { content: "<|endoftext|>", normalized: true },
  pad_token: "<|endoftext|>",
};

const contentOf = (token: Special): string => (typeof token === "string" ? token : token.content);

/**
 * The tokenizer in `at` ("tokenizer", or "" for the model's own folder).
 * @param length tokens that the model reads at once: longer prompts are cut, the end token kept
 * @throws DriftfieldError "not_found" for missing files, "invalid_file" for broken ones or another kind of tokenizer
 */
export async function bytePairTokenizer(folder: ModelFolder, at: string, length: number): Promise<PromptTokenizer> {
  const path = (file: string) => (at === "" ? file : `${at}/${file}`);
  const optional = async (file: string) => {
    const json = (await folder.has(path(file))) ? await readModelJson(folder, path(file)) : {};
    return parse(settings, json, `${folder.name}/${path(file)}`);
  };
  const config = await optional("tokenizer_config.json");
  const map = await optional("special_tokens_map.json");
  const tokens = { ...DEFAULTS, ...given(config), ...given(map) };
  const json = (await folder.has(path("tokenizer.json")))
    ? await readModelJson(folder, path("tokenizer.json"))
    : await fromVocabulary(folder, path, tokens);
  const { model, added_tokens } = parse(wholeTokenizer, json, `${folder.name}/${path("tokenizer.json")}`);
  const added = added_tokens.map(({ content, id }) => [content, id] as const);
  const ids = new Map([...Object.entries(model.vocab), ...added]);
  const idOf = (role: Role): number => {
    const id = ids.get(contentOf(tokens[role]));
    if (id !== undefined) return id;
    throw broken(`${folder.name}/${at}`, `the vocabulary lacks the ${role} ${JSON.stringify(contentOf(tokens[role]))}`);
  };
  const [start, end, pad] = [idOf("bos_token"), idOf("eos_token"), idOf("pad_token")];
  const limit = Math.min(length, config.model_max_length ?? length);
  const tokenizer = new Tokenizer({ ...withUnicodeSpaces(json as Json), decoder: null, post_processor: null }, {});
  return {
    vocabulary: [],
    unit: "tokens",
    size: Math.max(...ids.values()) + 1,
    length,
    encode(text) {
      // JavaScript's lower case has a final sigma; the reference's, letter by letter, hasn't.
      const { ids: all } = tokenizer.encode(text.replaceAll("Σ", "σ"), { add_special_tokens: false });
      const kept = all.slice(0, limit - 2);
      const row = new Int32Array(length).fill(pad);
      row.set([start, ...kept, end]);
      return { ids: row, end: row.indexOf(end), words: all.length, truncated: all.length > kept.length, unknown: [] };
    },
  };
}

/** What configs say of special tokens: null and absent say nothing. */
function given(config: z.infer<typeof settings>): Partial<Record<Role, Special>> {
  const said = (Object.keys(roles) as Role[]).filter((role) => config[role] !== undefined);
  return Object.fromEntries(said.map((role) => [role, config[role]]));
}

/** A tokenizer.json of vocab.json and merges.txt. */
async function fromVocabulary(
  folder: ModelFolder,
  path: (file: string) => string,
  tokens: Record<Role, Special>,
): Promise<Json> {
  const named = (file: string) => `${folder.name}/${path(file)}`;
  const vocab = parse(vocabulary, await readModelJson(folder, path("vocab.json")), named("vocab.json"));
  const merges = (await readText(folder, path("merges.txt")))
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#version"))
    .map((line) => line.trimEnd().split(" "));
  const bad = merges.find((merge) => merge.length !== 2 || !Object.hasOwn(vocab, merge.join("")));
  if (bad) throw broken(named("merges.txt"), `the merge ${JSON.stringify(bad)} isn't of its vocabulary`);
  return {
    version: "1.0",
    added_tokens: addedTokens(tokens, vocab),
    normalizer: {
      type: "Sequence",
      normalizers: [
        { type: "NFC" },
        { type: "Replace", pattern: { Regex: "\\s+" }, content: " " },
        { type: "Lowercase" },
      ],
    },
    pre_tokenizer: {
      type: "Sequence",
      pretokenizers: [
        { type: "Split", pattern: { Regex: WORDS }, behavior: "Removed", invert: true },
        { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true },
      ],
    },
    post_processor: null,
    decoder: null,
    model: {
      type: "BPE",
      unk_token: contentOf(tokens.unk_token),
      continuing_subword_prefix: "",
      end_of_word_suffix: "</w>",
      fuse_unk: false,
      byte_fallback: false,
      vocab,
      merges,
    },
  };
}

/** Special tokens, contractions, runs of letters, single digits, runs of anything else. */
const WORDS = "<\\|startoftext\\|>|<\\|endoftext\\|>|'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+";

/** Each special token once: the last that a config names wins. Text alone is looked for before normalisation. */
function addedTokens(tokens: Record<Role, Special>, vocab: Record<string, number>): Json[] {
  const byContent = new Map<string, Json>();
  for (const token of Object.values(tokens)) {
    const content = contentOf(token);
    const normalized = typeof token === "string" ? false : (token.normalized ?? true);
    byContent.set(content, {
      id: vocab[content],
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized,
      special: true,
    });
  }
  return [...byContent.values()].filter(({ id }) => id !== undefined);
}

/** The pattern that ByteLevel splits by (Radford et al. 2019). */
const BYTE_LEVEL = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

/**
 * `\s` as the reference's regular expressions mean it: Unicode's white space. JavaScript's has a mark more (U+FEFF) and
 * one less (U+0085). ByteLevel's own pattern, which the library hides, is written out for the same reason.
 */
function withUnicodeSpaces(json: Json): Json {
  const rewrite = (value: unknown, key: string): unknown => {
    if (key === "vocab" || key === "merges" || key === "added_tokens") return value;
    if (key === "Regex" && typeof value === "string") return unicode(value);
    if (Array.isArray(value)) return value.map((item) => rewrite(item, ""));
    if (typeof value !== "object" || value === null) return value;
    const inner = Object.fromEntries(Object.entries(value).map(([name, item]) => [name, rewrite(item, name)]));
    return inner.type === "ByteLevel" && "use_regex" in inner ? spelledOut(inner) : inner;
  };
  return rewrite(json, "") as Json;
}

const unicode = (pattern: string): string =>
  pattern.replaceAll("\\s", "\\p{White_Space}").replaceAll("\\S", "\\P{White_Space}");

function spelledOut(byteLevel: Json): Json {
  if (byteLevel.use_regex === false) return byteLevel;
  const split = { type: "Split", pattern: { Regex: unicode(BYTE_LEVEL) }, behavior: "Isolated", invert: false };
  return { type: "Sequence", pretokenizers: [split, { ...byteLevel, use_regex: false }] };
}

async function readText(folder: ModelFolder, file: string): Promise<string> {
  const source = await folder.open(file);
  const bytes = await source.read(0, source.size).finally(() => source.close());
  return new TextDecoder().decode(bytes);
}

function parse<T>(schema: z.ZodType<T>, json: unknown, path: string): T {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw broken(path, `${issue.path.join(".") || "it"}: ${issue.message}`);
}

function broken(path: string, why: string): DriftfieldError {
  return new DriftfieldError("invalid_file", `${path} isn't CLIP's tokenizer: ${why}`, {
    path,
    expected: "tokenizer.json, or vocab.json and merges.txt, of byte-pair encoding",
    hint: "Take the tokenizer that belongs to the model.",
  });
}
