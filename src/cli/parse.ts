// Command line to request: commander splits the arguments and prints the help, the options' tables judge the values.
import { Command, CommanderError, Option } from "commander";
import { DriftfieldError } from "../core/index.ts";
import {
  type Field,
  flagName,
  fromFlags,
  kebabCase,
  type Operation,
  type RequestOf,
  unknownOption,
} from "../options/index.ts";
import type { Fields } from "../options/index.ts";

/** What the arguments ask for: the help text, or a checked request. */
export type Parsed<F extends Fields> = { help: string } | { request: RequestOf<F> };

/** Parses the arguments after the command's name. Throws DriftfieldError "unknown_option" or "invalid_option". */
export function parseArguments<F extends Fields>(operation: Operation<F>, argv: readonly string[]): Parsed<F> {
  const command = commandOf(operation);
  let help = "";
  command.configureOutput({ writeOut: (text) => (help += text), writeErr: () => undefined });
  try {
    command.parse(argv, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === "commander.helpDisplayed") return { help };
    throw usageError(operation, error);
  }
  checkArguments(operation, command.args);
  const flags: Record<string, readonly string[] | true> = {};
  for (const option of command.options) {
    const value: unknown = command.getOptionValue(option.attributeName());
    if (value !== undefined) flags[option.name()] = value === true ? true : (value as string[]);
  }
  return { request: fromFlags(operation, flags, command.args) };
}

function commandOf(operation: Operation): Command {
  const command = new Command(`driftfield ${operation.name}`).description(operation.summary);
  command.exitOverride().helpOption("-h, --help", "show this").allowExcessArguments();
  const seen = new Set<string>();
  const positions: string[] = [];
  for (const [key, field] of Object.entries(operation.fields)) {
    if (field.position) {
      const word = `${kebabCase(key)}${field.position === "many" ? "..." : ""}`;
      positions.push(field.required ? `<${word}>` : `[${word}]`);
      command.argument(`[${word}]`, `${field.help} (${field.kind.rule})`);
      continue;
    }
    const flag = flagName(key, field);
    if (seen.has(flag)) continue;
    seen.add(flag);
    command.addOption(flagOption(flag, field));
  }
  return command.usage([...positions, "[options]"].join(" "));
}

function flagOption(flag: string, field: Field<unknown>): Option {
  const { placeholder, rule } = field.kind;
  const short = field.short ? `-${field.short}, ` : "";
  const value = placeholder === null ? "" : ` ${field.joined ? "<WxH>" : placeholder}`;
  const option = new Option(`${short}--${flag}${value}`, describe(field, rule));
  // Every occurrence is kept as text: the table reads it, and says what is wrong with one that is there twice.
  return placeholder === null ? option : option.argParser((text, before: string[] = []) => [...before, text]);
}

function describe(field: Field<unknown>, rule: string): string {
  const help = field.joined ? "width and height in pixels" : field.help;
  const range =
    field.kind.placeholder === null || rule.startsWith("text") ? [] : [field.joined ? "WIDTHxHEIGHT" : rule];
  const fallback = field.required
    ? "required"
    : `default: ${field.defaultText ?? (field.default === false ? "no" : field.default)}`;
  return `${help} (${[...range, fallback].join("; ")})`;
}

/** Unquoted words come as several arguments: says so, rather than taking the first. */
function checkArguments(operation: Operation, given: readonly string[]): void {
  const positions = Object.entries(operation.fields).filter(([, field]) => field.position);
  if (positions.some(([, field]) => field.position === "many") || given.length <= positions.length) return;
  const names = positions.length === 0 ? "no arguments" : `one argument, <${kebabCase(positions[0][0])}>`;
  const quoted = positions.length === 0 ? "" : ` ${JSON.stringify(given.join(" "))}`;
  throw new DriftfieldError(
    "invalid_option",
    `${operation.name} takes ${names}, got ${given.length}: ${given.join(" ")}`,
    {
      path: "arguments",
      received: given,
      expected: names,
      hint: `Write driftfield ${operation.name}${quoted}; a text of several words goes in quotes.`,
    },
  );
}

/** Commander's complaint as ours. */
function usageError(operation: Operation, error: CommanderError): DriftfieldError {
  const flag = /'[^']*?(--?[^\s',<]+)[^']*'/.exec(error.message)?.[1] ?? "";
  if (error.code === "commander.unknownOption") return unknownOption(operation, flag, "cli");
  const name = flag.replace(/^-+/, "");
  const found = Object.entries(operation.fields).find(
    ([key, field]) => flagName(key, field) === name || field.short === name,
  );
  const rule = found ? found[1].kind.rule : "a value";
  return new DriftfieldError("invalid_option", `${flag} needs a value: ${rule}`, {
    path: flag,
    received: "nothing",
    expected: rule,
    hint: `Give for example ${flag} ${found?.[1].example ?? ""}.`,
    cause: error,
  });
}
