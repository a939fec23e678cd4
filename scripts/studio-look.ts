// Takes a picture of one address of the studio: tsx scripts/studio-look.ts <file.png> <address> [width] [theme]
import { openStudio } from "../test/browser/studio/open-studio.ts";

const [path, address, width = "1440", theme = "dark"] = process.argv.slice(2);
await using studio = await openStudio();
const page = await studio.page(address, { width: Number(width), height: 900, theme: theme as "dark" });
await page.screenshot({ path, fullPage: true });
if (studio.errors.length > 0) throw new Error(studio.errors.join("\n"));
