// The studio in Chromium: when something is drawn, frames a second while it plays, the processor time of each frame on
// the page's thread (which a busy machine doesn't change much), and tasks over 50 ms.
// From the repository's root: npx tsx bench/studio.ts [--json]
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { openStudio } from "../test/browser/studio/open-studio.ts";

const PLAY_MS = 4000;
/** What plays: 900 arrows and 500 points, without and with streamlines, in one picture and in two. */
const addresses = [
  "scene=field&t=1&clock=with",
  "scene=field&t=1&clock=both",
  "scene=field&t=1&clock=with&look=streamlines,density,points",
  "scene=forward&t=0&walks=200",
  "scene=reverse&step=0&dots=500&walkers=ddim",
  "scene=reverse&step=0&dots=200",
  "scene=guidance&step=0&dots=500",
];

/** Milliseconds of processor time that this checkout's pages took on their own threads so far. Linux only. */
function spentOnPages(): number {
  const ours = join(import.meta.dirname, "..", "node_modules", ".cache");
  let ticks = 0;
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, "utf8");
      if (!command.startsWith(ours) || !command.includes("--type=renderer")) continue;
      const status = readFileSync(`/proc/${pid}/task/${pid}/stat`, "utf8");
      const [user, system] = status.slice(status.lastIndexOf(")") + 2).split(" ").slice(11, 13);
      ticks += Number(user) + Number(system);
    } catch {
      // it ended meanwhile
    }
  }
  return 10 * ticks;
}

/** What is measured while the page trains: the whole of it, so that its engine has been loaded. */
const TRAINING = "scene=train&t=0.42";

type Row = {
  address: string;
  firstPicture: number;
  count: number;
  frames: number;
  worst: number;
  longTasks: number;
  longest: number;
  cpu: number;
  /** Of training, as the page says them. */
  stepsPerSecond?: number;
};

await using studio = await openStudio();
const rows: Row[] = [];
for (const address of [...addresses, TRAINING]) {
  const training = address === TRAINING;
  const page = await studio.page(address, { width: 1440 });
  const firstPicture = await page.evaluate(() => performance.getEntriesByName("first-picture")[0].startTime);
  const said = () => page.evaluate<string>("document.querySelector('.now')?.textContent ?? ''");
  if (training) {
    await page.keyboard.press("t");
    while (!/^Step [1-9]/.test(await said())) await page.waitForTimeout(100);
  }
  const before = spentOnPages();
  // As text: what a bundler does to functions has no place in the page.
  const measured = await page.evaluate<Omit<Row, "address" | "firstPicture" | "cpu">>(`new Promise((resolve) => {
    const gaps = [];
    const tasks = [];
    new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration)))
      .observe({ type: "longtask" });
    let last = performance.now();
    const began = last;
    const frame = (now) => {
      gaps.push(now - last);
      last = now;
      if (now - began < ${PLAY_MS}) requestAnimationFrame(frame);
      else resolve({
        count: gaps.length,
        frames: (1000 * gaps.length) / (now - began), worst: Math.max(...gaps.slice(1)),
        longTasks: tasks.length, longest: Math.max(0, ...tasks),
      });
    };
    document.querySelector('button[aria-label="Play"]')?.click();
    requestAnimationFrame(frame);
  })`);
  const cpu = (spentOnPages() - before) / measured.count;
  const stepsPerSecond = training ? Number(/(\d+) steps a second/.exec(await said())?.[1]) : undefined;
  rows.push({ address, firstPicture, ...measured, cpu, stepsPerSecond });
  await page.context().close();
}
if (process.argv.includes("--json")) process.stdout.write(`${JSON.stringify(rows)}\n`);
else {
  for (const { address, firstPicture, frames, worst, longTasks, longest, cpu, stepsPerSecond } of rows) {
    process.stdout.write(
      `${address}\n  first picture ${firstPicture.toFixed(0)} ms, ${frames.toFixed(1)} frames a second of ${cpu.toFixed(1)} ms, ` +
        `longest gap ${worst.toFixed(0)} ms, ${longTasks} tasks over 50 ms (longest ${longest.toFixed(0)} ms)` +
        `${stepsPerSecond === undefined ? "" : `, training ${stepsPerSecond} steps a second`}\n`,
    );
  }
}
