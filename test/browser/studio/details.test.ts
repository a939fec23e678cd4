// What a reader only notices when it is missing: marks and words that answer each other, files, reloads, any folder.
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { listen, staticFiles, studioFolder } from "../../../src/server/index.ts";
import { openStudio, settled, type OpenStudio } from "./open-studio.ts";

let studio: OpenStudio;
beforeAll(async () => {
  studio = await openStudio();
});
afterAll(() => studio[Symbol.asyncDispose]());

const picture = (page: Page, index: number): Promise<string> =>
  page.locator("canvas").nth(index).evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());

it("lights up a word when its mark is pointed at, and a mark when its word is", async () => {
  const page = await studio.page("scene=pixels&first=0.9&second=0.1&pairs=pictures");
  const box = (await page.locator("canvas").boundingBox())!;
  const word = page.getByRole("button", { name: "one dot" });
  // The square from 0 to 1 lies in a picture that shows 0.62 each way of its middle.
  const place = (value: number) => 0.5 + (value - 0.5) / 1.24;
  await page.mouse.move(box.x + place(0.9) * box.width, box.y + place(0.9) * box.height);
  await expect.poll(() => word.getAttribute("class")).toContain("lit");
  await page.mouse.move(box.x + place(0.05) * box.width, box.y + place(0.05) * box.height);
  await expect.poll(() => word.getAttribute("class")).not.toContain("lit");
  const before = await picture(page, 0);
  await page.getByRole("button", { name: "they gather along the diagonal" }).hover();
  await expect.poll(() => picture(page, 0)).not.toBe(before);
  await page.context().close();
});

it("doesn't paint a picture that can't be seen, and does when it comes back", async () => {
  const page = await studio.page("scene=forward&t=0.2", { width: 360, height: 740 });
  await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
  await page.waitForTimeout(300);
  const before = await picture(page, 0);
  await page.keyboard.press("ArrowRight");
  await page.waitForTimeout(400);
  expect(await picture(page, 0)).toBe(before);
  await page.evaluate(() => scrollTo(0, 0));
  await expect.poll(() => picture(page, 0)).not.toBe(before);
  await page.context().close();
});

it("opens a file of more points than a link can carry, and has them after a reload", async () => {
  const page = await studio.page("scene=data");
  const points = Array.from({ length: 900 }, (_, i) => [Math.cos(i), Math.sin(i)]);
  const file = { name: "ring.json", mimeType: "application/json", buffer: Buffer.from(JSON.stringify({ points })) };
  await page.locator('input[type="file"]').setInputFiles(file);
  await page.getByText("900 points: too many for a link").waitFor();
  await expect.poll(() => new URL(page.url()).hash).toContain("drawn=~900");
  await page.reload();
  await settled(page);
  expect(await page.getByText("900 points: too many for a link").isVisible()).toBe(true);
  expect(await page.getByRole("alert").count()).toBe(0);
  const elsewhere = await studio.page("scene=data&data=drawn&drawn=~900");
  expect(await elsewhere.getByRole("alert").innerText()).toContain("too many for a link");
  await elsewhere.context().close();
  await page.context().close();
});

it("works in any folder of a server", async () => {
  await using server = await listen(staticFiles(join(await studioFolder(), "..")), 0);
  const page = await studio.browser.newPage();
  await page.goto(`${server.url}studio/#scene=field`);
  await settled(page);
  expect(await page.getByRole("heading", { level: 1 }).innerText()).toContain("field");
  await page.close();
});

it("goes back and forward between scenes as the browser does", async () => {
  const page = await studio.page("scene=pixels");
  await page.getByRole("link", { name: "Data", exact: false }).first().click();
  await expect.poll(() => page.title()).toContain("Data");
  await page.goBack();
  await expect.poll(() => page.title()).toContain("A dot is a picture");
  await page.goForward();
  await expect.poll(() => page.title()).toContain("Data");
  await page.context().close();
  expect(studio.errors).toEqual([]);
});
