// Takes pictures of every scene at three widths in both themes, to look at: tsx scripts/studio-shots.ts [folder]
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { openStudio } from "../test/browser/studio/open-studio.ts";

const [folder = "runs/shots", only, widths = "360,900,1440", themes = "dark,light"] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const scenes: Record<string, string> = {
  pixels: "scene=pixels",
  data: "scene=data",
  forward: "scene=forward",
  field: "scene=field",
  train: "scene=train",
  trained: "scene=train&trained=200",
  reverse: "scene=reverse",
  "reverse-middle": "scene=reverse&step=40&walkers=ddpm,quiet,eta,ddim",
  exact: "scene=exact",
  flow: "scene=flow",
  guidance: "scene=guidance",
  numbers: "scene=numbers",
};
await using studio = await openStudio();
for (const [name, address] of Object.entries(scenes)) {
  if (only !== undefined && !only.split(",").includes(name)) continue;
  for (const width of widths.split(",").map(Number)) {
    for (const theme of themes.split(",") as ("dark" | "light")[]) {
      const page = await studio.page(address, { width, height: width === 360 ? 740 : 900, theme });
      await page.screenshot({ path: join(folder, `${name}-${width}-${theme}.png`), fullPage: true });
      await page.context().close();
    }
  }
}
if (studio.errors.length > 0) throw new Error(studio.errors.join("\n"));
