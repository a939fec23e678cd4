// From arguments to exit status: finds the command, runs it, and turns whatever it throws into two lines.
import { DriftfieldError } from "../core/index.ts";
import { commands, overview } from "./commands.ts";
import type { Context } from "./context.ts";
import { EXIT, exitStatus, formatError } from "./errors.ts";

/** Runs `driftfield` with `argv` (without node and script). Never throws; gives the exit status. */
export async function runCli(argv: readonly string[], context: Context): Promise<number> {
  try {
    return await dispatch(argv, context);
  } catch (error) {
    context.note(formatError(error));
    return exitStatus(error);
  }
}

async function dispatch(argv: readonly string[], context: Context): Promise<number> {
  const [name, ...rest] = argv;
  if (name === undefined) {
    context.note(overview().trimEnd());
    return EXIT.usage;
  }
  if (name === "--help" || name === "-h" || (name === "help" && rest.length === 0)) {
    context.print(overview().trimEnd());
    return EXIT.done;
  }
  if (name === "--version" || name === "-V") {
    const { packageVersion } = await import("./version.ts");
    context.print(await packageVersion());
    return EXIT.done;
  }
  if (name === "help") return dispatch([rest[0], "--help"], context);
  if (!Object.hasOwn(commands, name)) throw await unknownCommand(name);
  const [{ parseArguments }, tables] = await Promise.all([import("./parse.ts"), import("../options/index.ts")]);
  const parsed = parseArguments(commands[name].options(tables), rest);
  if ("help" in parsed) {
    context.print(parsed.help.trimEnd());
    return EXIT.done;
  }
  const { run } = await commands[name].load();
  await run(parsed.request as never, context);
  return EXIT.done;
}

async function unknownCommand(name: string): Promise<DriftfieldError> {
  const { suggestion } = await import("../options/suggest.ts");
  const known = Object.keys(commands);
  const what = name.startsWith("-") ? "option" : "command";
  return new DriftfieldError("unknown_option", `driftfield has no ${what} ${JSON.stringify(name)}`, {
    path: name,
    received: name,
    expected: `one of ${known.join(", ")}`,
    hint: suggestion(name, known) ?? `The commands are ${known.join(", ")}.`,
  });
}
