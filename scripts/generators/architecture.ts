// The table of rooms in docs/architecture.md, from the rules that the tests enforce.
import { rooms } from "../../test/house/rooms.ts";
import { replaceSection } from "./section.ts";

/** docs/architecture.md with its table of rooms as test/house/rooms.ts has it. */
export function architecture(page: string): string {
  const rows = rooms.map(({ name, holds, never = [], packages = [], node }) => {
    const uses = [...packages.map((name) => `\`${name}\``), ...(node ? ["Node's modules"] : [])];
    const not = never.map((name) => `\`${name}\``);
    return `| \`${name}/\` | ${holds} | ${not.join(", ")} | ${uses.join(", ")} |`;
  });
  const head = ["| room | what lives there | not, though above | uses from outside |", "|---|---|---|---|"];
  return replaceSection(page, "rooms", [...head, ...rows].join("\n"));
}
