// Which pictures may be mirrored in training: none with letters, digits, hands of a clock or a fixed direction.
import type { DataRecord } from "./record.ts";

const ONE_WAY_GROUPS: ReadonlySet<string> = new Set(["symbols", "flags"]);
const ONE_WAY_NAMES =
  /\b(left|right|clock|o'clock|thirty|calendar|musical|note|notes|score|keycap|medal|points|hundred|input|abc|button|book|newspaper|sign|chart|dollar|euro|pound|yen|card|keyboard|telephone|number|pool|billiards|timer|watch|back|soon|end|top|zzz|question|moon|map|globe|dna)\b/;

/** True when the mirrored picture is as right as the picture (left and right in its words change places). */
export function mayFlip(record: DataRecord): boolean {
  return !ONE_WAY_GROUPS.has(record.group) && !ONE_WAY_NAMES.test(record.name);
}
