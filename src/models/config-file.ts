// Published configs are read strictly: a key that would change the computation and isn't understood is an error, and
// only keys that are known to change nothing are passed over.
import { z } from "zod";

/** Keys that say where a config comes from, not what it computes (diffusers and transformers). */
const PROVENANCE = [
  "_class_name",
  "_diffusers_version",
  "_name_or_path",
  "_commit_hash",
  "architectures",
  "dtype",
  "torch_dtype",
  "transformers_version",
];

/** What transformers writes into every config for generation, training and classification heads. */
const GENERIC = [
  "add_cross_attention", "attention_dropout", "bad_words_ids", "begin_suppress_tokens", "bos_token_id",
  "chunk_size_feed_forward", "cross_attention_hidden_size", "decoder_start_token_id", "diversity_penalty", "do_sample",
  "dropout", "early_stopping", "encoder_no_repeat_ngram_size", "exponential_decay_length_penalty", "finetuning_task",
  "forced_bos_token_id", "forced_eos_token_id", "id2label", "initializer_factor", "initializer_range", "is_decoder",
  "is_encoder_decoder", "label2id", "length_penalty", "max_length", "min_length", "no_repeat_ngram_size",
  "num_beam_groups", "num_beams", "num_return_sequences", "output_attentions", "output_hidden_states",
  "output_scores", "pad_token_id", "prefix", "problem_type", "pruned_heads", "remove_invalid_values",
  "repetition_penalty", "return_dict", "return_dict_in_generate", "sep_token_id", "suppress_tokens",
  "task_specific_params", "temperature", "tf_legacy_loss", "tie_encoder_decoder", "tie_word_embeddings",
  "tokenizer_class", "top_k", "top_p", "torchscript", "typical_p", "use_bfloat16",
];

/**
 * A config of `keys`, each with its default where the reference has one. `_class_name` and its like are passed over,
 * with `generic` transformers' own boilerplate too; any other key is an error that names it.
 */
export function publishedConfig<T extends z.ZodRawShape>(
  keys: T,
  options: { generic?: boolean } = {},
): z.ZodType<z.infer<z.ZodObject<T>>> {
  const passed = [...PROVENANCE, ...(options.generic ? GENERIC : [])].filter((key) => !(key in keys));
  const strict = z.strictObject(keys);
  const strip = (raw: unknown): unknown => {
    if (raw === null || typeof raw !== "object" || Array.isArray(raw)) return raw;
    return Object.fromEntries(Object.entries(raw).filter(([key]) => !passed.includes(key)));
  };
  return z.preprocess(strip, strict) as unknown as z.ZodType<z.infer<z.ZodObject<T>>>;
}

export const size = z.int().positive();

/** One value for every block, or a list of one for each. */
export const perBlock = <T extends z.ZodType>(one: T) => z.union([one, z.array(one).min(1)]);

/** The value of block `i` where one value may stand for all. */
export function atBlock<T>(value: T | readonly T[], i: number): T {
  return Array.isArray(value) ? (value.at(i) as T) : (value as T);
}
