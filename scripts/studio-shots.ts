// Takes pictures of every scene at three widths in both themes, to look at: tsx scripts/studio-shots.ts [folder]
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { openStudio } from "../test/browser/studio/open-studio.ts";

const [folder = "runs/shots", only] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const scenes: Record<string, string> = {
  pixels: "scene=pixels",
  data: "scene=data",
  forward: "scene=forward",
  field: "scene=field",
};
await using studio = await openStudio();
for (const [name, address] of Object.entries(scenes)) {
  if (only !== undefined && !only.split(",").includes(name)) continue;
  for (const width of [360, 900, 1440]) {
    for (const theme of ["dark", "light"] as const) {
      const page = await studio.page(address, { width, height: width === 360 ? 740 : 900, theme });
      await page.screenshot({ path: join(folder, `${name}-${width}-${theme}.png`), fullPage: true });
      await page.context().close();
    }
  }
}
if (studio.errors.length > 0) throw new Error(studio.errors.join("\n"));
