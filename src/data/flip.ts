// Which pictures may be mirrored in training: none with letters, digits, hands of a clock or a fixed direction.
import type { DataRecord } from "./record.ts";

const ONE_WAY_GROUPS: ReadonlySet<string> = new Set(["symbols", "flags"]);
const ONE_WAY_WORDS = [
  "clock o'clock thirty timer watch stopwatch calendar musical note notes score medal points input button",
  "newspaper sign chart dollar euro pound yen card keyboard telephone pool pager atm slot zzz moon map globe dna",
];
const ONE_WAY_NAMES = new RegExp(`\\b(${ONE_WAY_WORDS.join(" ").replaceAll(" ", "|")})\\b`);

/** True when the mirrored picture is as right as the picture (left and right in its words change places). */
export function mayFlip(record: DataRecord): boolean {
  return !ONE_WAY_GROUPS.has(record.group) && !ONE_WAY_NAMES.test(record.name);
}
