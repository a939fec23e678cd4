// Tells the unpacked Chromium of its one font: a page without any system font draws no text and may crash.
import { existsSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** The path of a fontconfig file in `folder`, the unpacked Chromium's, that names the fonts beside it alone. */
export async function fontsFile(folder: string): Promise<string> {
  const path = join(folder, "fonts-beside.conf");
  if (existsSync(path)) return path;
  const text = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${join(folder, "fonts")}</dir>
  <cachedir>${join(folder, "fonts-cache")}</cachedir>
</fontconfig>
`;
  const partial = `${path}.${process.pid}`;
  await writeFile(partial, text);
  await rename(partial, path);
  return path;
}
