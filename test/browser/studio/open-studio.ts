// The real studio in a real Chromium: built when stale, served as `driftfield studio` serves it.
import type { Browser, Page } from "playwright-core";
import { listen, staticFiles, studioFolder } from "../../../src/server/index.ts";
import { launchChromium } from "../chromium.ts";

export type PageOptions = {
  width?: number;
  height?: number;
  theme?: "dark" | "light";
  reducedMotion?: boolean;
};

export type OpenStudio = {
  url: string;
  browser: Browser;
  /** A fresh context's page at `address` ("scene=field"), once everything is drawn. */
  page(address: string, options?: PageOptions): Promise<Page>;
  /** Has an open page go to another address, as a reader who edits it. */
  goto(page: Page, address: string): Promise<void>;
  /** What pages reported as errors. */
  errors: string[];
  [Symbol.asyncDispose](): Promise<void>;
};

export async function openStudio(): Promise<OpenStudio> {
  const server = await listen(staticFiles(await studioFolder()), 0);
  const browser = await launchChromium();
  const errors: string[] = [];
  return {
    url: server.url,
    browser,
    errors,
    async page(address, { width = 1200, height = 900, theme = "dark", reducedMotion = false } = {}) {
      const context = await browser.newContext({
        viewport: { width, height },
        colorScheme: theme,
        reducedMotion: reducedMotion ? "reduce" : "no-preference",
      });
      const page = await context.newPage();
      page.on("pageerror", (error) => errors.push(`${address}: ${error.stack ?? error.message}`));
      page.on("console", (message) => {
        if (message.type() === "error") errors.push(`${address}: ${message.text()}`);
      });
      await page.goto(`${server.url}#${address}`);
      await settled(page);
      return page;
    },
    async goto(page, address) {
      await page.evaluate((hash) => {
        document.documentElement.removeAttribute("data-settled");
        location.hash = hash;
      }, address);
      await settled(page);
    },
    async [Symbol.asyncDispose]() {
      await browser.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** Waits until nothing is computed or unpainted. */
export async function settled(page: Page): Promise<void> {
  await page.waitForSelector("html[data-settled]", { state: "attached", timeout: 30_000 });
}
