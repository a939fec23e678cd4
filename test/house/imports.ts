// What a TypeScript file imports, read from its syntax tree: statically, dynamically and for types alone.
import { posix } from "node:path";
import { parseAst } from "vitest/node";
import { textOf } from "./repository.ts";

type Target = { kind: "file" | "package" | "node"; target: string };

/** One import: `target` is a path from the repository's root, a package's name or one of Node's own ("node:fs"). */
export type Import = Target & { from: string; line: number; specifier: string; typeOnly: boolean };

/** Every import of the file at `path`, in the order of its text. */
export function importsOf(path: string): Import[] {
  const code = textOf(path);
  const found: Import[] = [];
  visit(parseAst(code, { lang: "ts" }), (specifier, { start, type, importKind, exportKind }) => {
    const line = code.slice(0, start).split("\n").length;
    const typeOnly = type === "TSImportType" || (importKind ?? exportKind) === "type";
    found.push({ from: path, line, specifier, typeOnly, ...classify(path, specifier) });
  });
  return found;
}

/** The cycles that `imports` close at run time, each as the files on it, the first one again at its end. */
export function cyclesIn(imports: readonly Import[]): string[][] {
  const next = new Map<string, string[]>();
  for (const { from, target, kind, typeOnly } of imports) {
    if (kind === "file" && !typeOnly) next.set(from, [...(next.get(from) ?? []), target]);
  }
  const done = new Set<string>();
  const path: string[] = [];
  const cycles: string[][] = [];
  const walk = (file: string): void => {
    const at = path.indexOf(file);
    if (at >= 0) cycles.push([...path.slice(at), file]);
    if (at >= 0 || done.has(file)) return;
    path.push(file);
    for (const target of next.get(file) ?? []) walk(target);
    path.pop();
    done.add(file);
  };
  for (const file of next.keys()) walk(file);
  return cycles;
}

function classify(path: string, specifier: string): Target {
  if (specifier.startsWith(".")) return { kind: "file", target: posix.join(posix.dirname(path), specifier) };
  if (specifier.startsWith("node:")) return { kind: "node", target: specifier };
  const [scopeOrName, name] = specifier.split("/");
  return { kind: "package", target: specifier.startsWith("@") ? `${scopeOrName}/${name}` : scopeOrName };
}

const importing = /^(Import|ExportNamed|ExportAll)Declaration$|^ImportExpression$|^TSImportType$/;

type Syntax = { type: string; start: number; source?: { value?: unknown }; importKind?: string; exportKind?: string };

function visit(node: unknown, report: (specifier: string, node: Syntax) => void): void {
  if (Array.isArray(node)) return node.forEach((child) => visit(child, report));
  if (node === null || typeof node !== "object") return;
  const syntax = node as Syntax;
  const specifier = importing.test(syntax.type) ? syntax.source?.value : undefined;
  if (typeof specifier === "string") report(specifier, syntax);
  for (const child of Object.values(node)) visit(child, report);
}
