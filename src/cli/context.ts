// What a command is given from outside, so that it runs the same in a terminal, in a test and behind a pipe.
import type { OnProgress } from "../core/index.ts";
import type { LoadedClip, LoadOptions, TextToImagePipeline } from "../pipelines/index.ts";

export type Context = {
  /** The result, and nothing else. */
  print(text: string): void;
  /** A line for the reader, beside the result. */
  note(text: string): void;
  /** Progress: a bar on a terminal, nothing elsewhere. */
  readonly onProgress: OnProgress;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  loadPipeline(model: string, options: LoadOptions & { withoutPrompt?: boolean }): Promise<TextToImagePipeline>;
  loadClip(model: string, options: LoadOptions): Promise<LoadedClip>;
};
