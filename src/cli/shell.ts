// Arguments as they are typed into a shell.

/** One argument, quoted where a POSIX shell would read it otherwise. */
export function quoteForShell(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", String.raw`'\''`)}'`;
}
