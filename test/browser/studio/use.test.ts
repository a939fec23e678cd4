// The studio in use: by keys alone, by any pointer, with little motion, and with data sets that are hardly any.
import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { openStudio, settled, type OpenStudio, type PageOptions } from "./open-studio.ts";

let studio: OpenStudio;
let page: Page;
beforeAll(async () => {
  studio = await openStudio();
}, 60_000);
afterAll(() => studio[Symbol.asyncDispose]());
afterEach(async () => {
  await page.context().close();
  const said = studio.errors.splice(0);
  if (said.length > 0) throw new Error(said.join("\n"));
});

async function open(address: string, options?: PageOptions): Promise<Page> {
  page = await studio.page(address, options);
  return page;
}

/** The address's fields, once they have been written. */
async function address(): Promise<Record<string, string>> {
  await page.waitForTimeout(350);
  return Object.fromEntries(new URLSearchParams(new URL(page.url()).hash.slice(1)));
}

/** What has the keyboard: its role or element, and its name. */
const focused = () =>
  page.evaluate(() => {
    const element = document.activeElement as HTMLElement;
    return `${element.getAttribute("type") ?? element.tagName} ${element.textContent?.trim() || element.ariaLabel || ""}`;
  });

/** Presses Tab until `wanted` has the keyboard. */
async function tabTo(wanted: RegExp): Promise<void> {
  for (let i = 0; i < 60; i++) {
    await page.keyboard.press("Tab");
    if (wanted.test(await focused())) return;
  }
  throw new Error(`Tab never came to ${wanted}`);
}

const sliderNamed = (name: RegExp) => page.getByRole("slider", { name });

describe("by keys alone", () => {
  it("goes from scene to scene, plays, steps and scrubs", async () => {
    await open("scene=pixels&t=0.5");
    await tabTo(/^A .*The field/);
    await page.keyboard.press("Enter");
    await settled(page);
    expect((await address()).scene).toBe("field");

    const time = sliderNamed(/^Time/);
    const at = () => time.evaluate((input: HTMLInputElement) => input.valueAsNumber);
    expect(await at()).toBe(32);
    await page.keyboard.press("ArrowRight");
    expect(await at()).toBeCloseTo(33, 1);
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("ArrowLeft");
    expect(await at()).toBeCloseTo(31, 1);
    await page.keyboard.press("End");
    expect(await at()).toBe(64);
    await page.keyboard.press("Home");
    expect(await at()).toBe(0);

    await page.evaluate(() => (document.activeElement as HTMLElement).blur());
    await page.keyboard.press("Space");
    await page.waitForTimeout(700);
    await page.keyboard.press("Space");
    const paused = await at();
    expect(paused).toBeGreaterThan(1);
    await page.waitForTimeout(200);
    expect(await at()).toBe(paused);
  });

  it("changes every control of a scene: sliders by arrows, Page, Home and End, choices by arrows", async () => {
    await open("scene=forward");
    await tabTo(/^radio/);
    await page.keyboard.press("ArrowRight");
    await tabTo(/^range/);
    await page.keyboard.press("PageUp");
    expect(Number((await address()).samples)).toBeGreaterThan(4000);
    await page.keyboard.press("Home");
    expect(await address()).toMatchObject({ scene: "forward", data: "moons", samples: "200" });
    await page.keyboard.press("End");
    expect((await address()).samples).toBe("20000");
  });

  it("lists its keys on ?, and closes the list on Escape", async () => {
    await open("scene=field");
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keys" }).waitFor();
    expect(await page.getByRole("dialog").innerText()).toContain("play or pause");
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "hidden" });
  });

  it("draws a data set: arrows move the mark, Enter lays a point, Backspace takes it back", async () => {
    await open("scene=data&data=drawn");
    await page.getByRole("application").focus();
    const keys = ["Enter", "ArrowRight", "Enter", "Shift+ArrowUp", "Enter", "Backspace"];
    for (const key of keys) await page.keyboard.press(key);
    expect((await address()).drawn).toHaveLength(8);
    expect(await page.getByText("2 of 500 points").isVisible()).toBe(true);
  });

  it("tells a screen reader where the time stands, and lights up what a focused word names", async () => {
    await open("scene=field&t=0.9");
    await page.keyboard.press("End");
    await page.getByRole("status").filter({ hasText: "Noise level 0.010" }).waitFor({ state: "attached" });
    const before = await page.locator("canvas").first().evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
    await tabTo(/^SPAN noised points/);
    await page.waitForTimeout(200);
    const after = await page.locator("canvas").first().evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
    expect(after).not.toBe(before);
  });
});

describe("a tree of runs", () => {
  it("branches by B, changes the branch by keys, and takes it away; the address has it all", async () => {
    await open("scene=reverse&steps=12&step=5&dots=20&walkers=ddpm");
    await page.keyboard.press("b");
    await settled(page);
    expect(await address()).toMatchObject({ branches: "ddpm_5_ddim_0.5_0", step: "5" });
    expect(await page.getByText("leaves DDPM after step 5").isVisible()).toBe(true);
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("b");
    expect((await address()).branches).toBe("ddpm_5_ddim_0.5_0,1_7_ddpm_0.5_0");
    const drawn = page.getByRole("img", { name: /^The tree of runs\. .*2: DDPM leaves 1: DDIM after step 7/ });
    expect(await drawn.count()).toBe(1);

    const second = page.getByRole("group", { name: "Branch 2" });
    await second.getByRole("slider", { name: "Noise" }).focus();
    await page.keyboard.press("ArrowRight");
    await second.getByRole("slider", { name: "Leaves after step" }).focus();
    await page.keyboard.press("ArrowLeft");
    expect((await address()).branches).toBe("ddpm_5_ddim_0.5_0,1_6_ddpm_0.5_1");

    const pictures = (of: Page) =>
      of.$$eval("canvas", (all) => all.map((canvas) => (canvas as HTMLCanvasElement).toDataURL()));
    await page.evaluate(() => scrollTo(0, 0)); // what isn't seen isn't painted
    await page.waitForTimeout(300);
    await settled(page);
    const seen = await pictures(page);
    expect(new Set(seen).size).toBe(3);
    const same = await studio.page(new URL(page.url()).hash.slice(1));
    const again = await pictures(same);
    expect(again.map((picture, i) => picture === seen[i])).toEqual([true, true, true]);
    await same.context().close();

    await page.getByRole("group", { name: "Branch 1" }).getByRole("button", { name: "Remove" }).click();
    expect((await address()).branches).toBeUndefined();
  });
});

describe("branches of guidance", () => {
  it("goes on with other guidance by B and keys, in the address, in the tree and in the export", async () => {
    await open("scene=guidance&steps=12&step=6&dots=20&g=4&negative=cat");
    await page.keyboard.press("b");
    await settled(page);
    expect((await address()).guided).toBe("0_6_1_dog_cat");
    const branch = page.getByRole("group", { name: "Branch 1" });
    await branch.getByRole("slider", { name: "Its guidance g" }).focus();
    await page.keyboard.press("ArrowRight");
    await branch.getByRole("group", { name: "Away from" }).getByText("None").click();
    await settled(page);
    expect((await address()).guided).toBe("0_6_1.1_dog_none");
    const name = /1: guidance 1.1 to dog leaves Guidance 4 to dog, not cat after step 6/;
    expect(await page.getByRole("img", { name }).count()).toBe(1);

    await page.getByText("Export", { exact: true }).click();
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "JSON" }).click();
    const { runs } = JSON.parse(await readFile(await (await download).path(), "utf8"));
    expect(runs).toHaveLength(2);
    expect(runs[1].turns).toEqual([{ step: 6, guidance_scale: 1.1, class: 1, negative_class: null }]);
    expect(runs[1].path.slice(0, 7)).toEqual(runs[0].path.slice(0, 7));
    expect(runs[1].points).not.toEqual(runs[0].points);

    await branch.getByRole("button", { name: "Remove" }).click();
    expect((await address()).guided).toBeUndefined();
  });
});

describe("on a phone", () => {
  it("measures what is on the screen, and the rest when it is scrolled to", async () => {
    const phone = await open("scene=numbers&steps=8", { width: 360, height: 740 });
    const cell = (row: number) => phone.locator("tbody tr").nth(row).locator("td").first();
    expect(await cell(0).textContent()).toMatch(/^0\.\d{4}$/);
    await cell(7).scrollIntoViewIfNeeded();
    await phone.waitForFunction("/^0/.test(document.querySelector('tbody tr:nth-child(8) td').textContent)");
    expect(await phone.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  });
});

describe("by pointer", () => {
  it("draws along a stroke, erases, and hands the drawing to the other scenes by the address", async () => {
    await open("scene=data&data=drawn");
    const box = (await page.locator("canvas").boundingBox())!;
    const at = (x: number, y: number) => [box.x + x * box.width, box.y + y * box.height] as const;
    await page.mouse.move(...at(0.3, 0.5));
    await page.mouse.down();
    await page.mouse.move(...at(0.7, 0.5), { steps: 5 });
    await page.mouse.up();
    const drawn = (await address()).drawn;
    expect(drawn.length / 4).toBeGreaterThan(20);
    await page.getByText("Erase", { exact: true }).click();
    await page.mouse.click(...at(0.5, 0.5));
    const left = (await address()).drawn;
    expect(left.length).toBeLessThan(drawn.length);
    await page.getByRole("link", { name: /The field/ }).click();
    await settled(page);
    expect((await address()).drawn).toBe(left);
  });

  it("draws by finger as well", async () => {
    await open("scene=data&data=drawn");
    const box = (await page.locator("canvas").boundingBox())!;
    const client = await page.context().newCDPSession(page);
    const touch = (type: "touchStart" | "touchMove" | "touchEnd", x: number) =>
      client.send("Input.dispatchTouchEvent", {
        type, touchPoints: type === "touchEnd" ? [] : [{ x: box.x + x * box.width, y: box.y + 0.4 * box.height }],
      });
    await touch("touchStart", 0.3);
    for (const x of [0.4, 0.5, 0.6]) await touch("touchMove", x);
    await touch("touchEnd", 0.6);
    expect((await address()).drawn.length / 4).toBeGreaterThan(10);
  });

  it("lets scrubbing win over playing, and plays on when the slider is let go", async () => {
    await open("scene=field&t=1");
    await page.getByRole("button", { name: "Play" }).click();
    const time = sliderNamed(/^Time/);
    const box = (await time.boundingBox())!;
    await page.mouse.move(box.x + 0.5 * box.width, box.y + box.height / 2);
    await page.mouse.down();
    const at = () => time.evaluate((input: HTMLInputElement) => input.valueAsNumber);
    const held = await at();
    await page.waitForTimeout(300);
    expect(await at()).toBe(held);
    await page.mouse.up();
    await page.waitForTimeout(300);
    expect(await at()).toBeGreaterThan(held);
  });
});

describe("with less motion", () => {
  it("shows one still picture after the other instead of playing", async () => {
    await open("scene=field&t=1", { reducedMotion: true });
    await page.getByRole("button", { name: "Play" }).click();
    const seen = new Set<number>();
    const time = sliderNamed(/^Time/);
    while (seen.size < 3) seen.add(await time.evaluate((input: HTMLInputElement) => input.valueAsNumber));
    expect([...seen]).toEqual([0, 8, 16]);
  });
});

describe("with hardly any data", () => {
  const remark = () => page.locator("p.quiet").first().innerText();

  it.each([
    ["none", "data=drawn", "There are no points yet"],
    ["one point", "data=drawn&drawn=gAgA", "There is one point"],
    ["equal points", "data=drawn&drawn=gAgAgAgAgAgA", "All points are the same"],
    ["letters that can't be drawn", "data=letters&letters=%C3%A9", "letters can't draw"],
  ])("says a clear sentence for %s", async (_, data, sentence) => {
    for (const scene of ["field", "forward"]) {
      await open(`scene=${scene}&${data}`);
      expect(await remark()).toContain(sentence);
      await page.context().close();
    }
    await open(`scene=data&${data}`);
  });

  it("draws two points, and ten thousand with a warning that the control ends earlier", async () => {
    await open("scene=field&data=moons&count=2");
    await page.context().close();
    await open("scene=field&data=moons&count=10000");
    expect(await page.getByRole("alert").innerText()).toContain("count: 10000 is beyond its control's 2 to 1000");
    await page.getByRole("button", { name: "Dismiss" }).click();
    expect(await page.getByRole("alert").count()).toBe(0);
  });
});

describe("embedded", () => {
  it("hides what the author hid", async () => {
    await open("scene=field&embed&hide=nav,text,controls");
    expect(await page.getByRole("navigation").count()).toBe(0);
    expect(await page.getByRole("heading").count()).toBe(0);
    expect(await page.getByRole("radio").count()).toBe(0);
    expect(await page.getByRole("button", { name: "Play" }).count()).toBe(1);
  });
});
