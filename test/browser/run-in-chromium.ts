// Runs a module of tests inside a real Chromium and brings its verdicts back: the same suite in Node and on a page.
import { bundleForBrowser } from "./bundle.ts";
import { launchChromium } from "./chromium.ts";
import { servePage } from "./page-server.ts";
import { itHolds, type Verdict } from "../verdict.ts";


export type ChromiumOptions = { webgpu?: boolean; timeoutMs?: number };

/**
 * Bundles `entryFile` for the browser, loads it in a page with threads, and calls its exported
 * `run(): Promise<Verdict[]>`. Throws, with the page's console, when the page does.
 */
async function runInChromium(entryFile: string, options: ChromiumOptions = {}): Promise<Verdict[]> {
  const { webgpu = false, timeoutMs = 120_000 } = options;
  await using server = await servePage({
    "/index.html": "<!doctype html><title>Driftfield</title><link rel=icon href=data:,>",
    ...(await bundleForBrowser(entryFile)),
  });
  const browser = await launchChromium({ webgpu });
  const said: string[] = [];
  try {
    const page = await browser.newPage();
    page.on("console", (message) => said.push(`${message.type()}: ${message.text()}`));
    page.on("pageerror", (error) => said.push(`uncaught: ${error.stack ?? error.message}`));
    await page.goto(server.url);
    const late = new Promise<never>((_, reject) => {
      setTimeout(() => reject(new Error(`no verdicts after ${timeoutMs} ms`)), timeoutMs).unref();
    });
    // A string, since vitest would rewrite the import() of a function.
    const verdicts = page.evaluate<Verdict[]>('import("/bundle.js").then((entry) => entry.run())');
    return await Promise.race([verdicts, late]);
  } catch (error) {
    throw new Error(`${entryFile} failed in Chromium\n${[String(error), ...said].join("\n")}`, { cause: error });
  } finally {
    await browser.close();
  }
}

/** Declares one test for every verdict of `entryFile`. */
export async function itInChromium(entryFile: string, options: ChromiumOptions = {}): Promise<void> {
  itHolds(await runInChromium(entryFile, options));
}
