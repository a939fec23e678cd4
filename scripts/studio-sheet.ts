// Makes docs/sheets/studio.png: every scene on a desk, a tablet and a phone, dark and light.
// tsx scripts/studio-sheet.ts
import { writeFileSync } from "node:fs";
import { sceneIds } from "../studio/state/fields.ts";
import { openStudio } from "../test/browser/studio/open-studio.ts";

const OUT = "docs/sheets/studio.png";
const COLUMNS = 2;
const views = [
  { width: 1440, height: 900, theme: "dark", shown: 356 },
  { width: 900, height: 900, theme: "light", shown: 124 },
  { width: 360, height: 740, theme: "dark", shown: 70 },
] as const;

/** What is put beside a scene's name, so that the sheet shows it at its best. */
const looks: Partial<Record<(typeof sceneIds)[number], string>> = {
  data: "data=letters&letters=DRIFT&count=400",
  forward: "t=0.55",
  field: "t=0.33&data=spiral",
  guidance: "step=44&guided=0_24_1_dog_none",
};

await using studio = await openStudio();
const cells: string[] = [];
for (const scene of sceneIds) {
  const pictures: string[] = [];
  for (const { width, height, theme, shown } of views) {
    const page = await studio.page(`scene=${scene}&${looks[scene] ?? ""}`, { width, height, theme });
    const picture = (await page.screenshot()).toString("base64");
    pictures.push(`<img width=${shown} src="data:image/png;base64,${picture}">`);
    await page.context().close();
  }
  cells.push(`<div>${pictures.join("")}</div>`);
}
const sheet = await studio.browser.newPage({ viewport: { width: COLUMNS * 590 + 12, height: 100 } });
await sheet.setContent(
  `<style>body{margin:12px;background:#3a3d44;display:grid;gap:12px;grid-template-columns:repeat(${COLUMNS},1fr)}
  div{display:flex;gap:8px;align-items:start}img{border-radius:4px}</style>${cells.join("")}`,
);
await sheet.waitForFunction("[...document.images].every((image) => image.complete)");
writeFileSync(OUT, await sheet.screenshot({ fullPage: true }));
if (studio.errors.length > 0) throw new Error(studio.errors.join("\n"));
