// Binds the command line to this process: arguments in, standard streams out, Ctrl-C as a signal to stop.
import { progressBar } from "./bar.ts";
import type { Context } from "./context.ts";
import { EXIT } from "./errors.ts";
import { runCli } from "./run.ts";

/** Runs this process's arguments and sets its exit status. The first Ctrl-C asks to stop, the second one ends it. */
export async function runProcess(loaders: Pick<Context, "loadPipeline" | "loadClip">): Promise<void> {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    controller.abort();
  };
  process.on("SIGINT", stop).on("SIGTERM", stop);
  // A reader that has read enough (`| head`) closes the pipe: that is no error of ours.
  process.stdout.on("error", (error: NodeJS.ErrnoException) =>
    process.exit(error.code === "EPIPE" ? EXIT.done : EXIT.failed),
  );

  const bar = progressBar(process.stderr);
  const status = await runCli(process.argv.slice(2), {
    print: (text) => {
      bar.clear();
      process.stdout.write(`${text}\n`);
    },
    note: (text) => {
      bar.clear();
      process.stderr.write(`${text}\n`);
    },
    onProgress: bar.show,
    signal: controller.signal,
    ...loaders,
  });
  bar.clear();
  process.off("SIGINT", stop).off("SIGTERM", stop);
  process.exitCode = status;
}
