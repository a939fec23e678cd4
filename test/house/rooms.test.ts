// Who may import whom: the rooms of the house, and no cycles.
import { builtinModules } from "node:module";
import { describe, expect, it } from "vitest";
import { cyclesIn, importsOf, type Import } from "./imports.ts";
import { codeFiles, repositoryFiles } from "./repository.ts";
import { rooms, type Room } from "./rooms.ts";

const sources = codeFiles.filter((path) => path.startsWith("src/") && path.endsWith(".ts"));
const imports = sources.flatMap(importsOf);

/** Folders whose files may import each other in circles, each with its reason. */
const circles: Record<string, string> = {
  "src/graph/ops/": "an op's gradient is made of other ops, which have gradients: add needs sum, sum needs add",
};

/** The folder of src/ that holds `path`; null for src/index.ts, the front door, and for what isn't in src/. */
function roomOf(path: string): string | null {
  return /^src\/([^/]+)\//.exec(path)?.[1] ?? null;
}

/** Why `room` may not contain this import; null where it may. Tests may import anything. */
function objection(room: Room, { target, kind, from }: Import): string | null {
  if (from.endsWith(".test.ts")) return null;
  if (kind === "node") return room.node ? null : `${room.name} has to run in a browser, without ${target}`;
  if (kind === "package") {
    return room.packages?.includes(target) ? null : `${room.name} doesn't use the package ${target}`;
  }
  const other = roomOf(target);
  if (other === room.name) return null;
  if (other === null) return `${target} is not a room`;
  const floor = rooms.findIndex(({ name }) => name === room.name);
  const otherFloor = rooms.findIndex(({ name }) => name === other);
  if (otherFloor > floor) return `${other} stands on ${room.name}, not the other way round`;
  return room.never?.includes(other) ? `${room.name} must not know ${other}` : null;
}

describe("the house", () => {
  it("has every folder of src/ in the table of rooms", () => {
    const folders = new Set(sources.map(roomOf).filter((name) => name !== null));
    expect([...folders].filter((name) => !rooms.some((room) => room.name === name))).toEqual([]);
  });

  it("imports only files that exist, with their endings", () => {
    const missing = imports.filter(({ kind, target }) => kind === "file" && !repositoryFiles.includes(target));
    expect(missing.map(({ from, line, specifier }) => `${from}:${line} ${specifier}`)).toEqual([]);
  });

  it("names Node's own modules with node:", () => {
    const bare = imports.filter(({ kind, target }) => kind === "package" && builtinModules.includes(target));
    expect(bare.map(({ from, line, specifier }) => `${from}:${line} ${specifier}`)).toEqual([]);
  });

  it.each(rooms)("lets $name import only what the table allows", (room) => {
    const own = imports.filter(({ from }) => roomOf(from) === room.name);
    const wrong = own.map((found) => ({ found, why: objection(room, found) })).filter(({ why }) => why !== null);
    expect(wrong.map(({ found, why }) => `${found.from}:${found.line} ${found.specifier}: ${why}`)).toEqual([]);
  });

  it("has no import cycles, but within a named list of folders", () => {
    const allowed = Object.keys(circles);
    const cycles = cyclesIn(imports).filter((cycle) => !allowed.some((at) => cycle.every((file) => file.startsWith(at))));
    expect(cycles.map((cycle) => cycle.join(" -> "))).toEqual([]);
  });
});
