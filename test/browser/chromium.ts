// Starts a real Chromium on any machine: the one from the npm package on Linux x64, else an installed one.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { chromium, type Browser, type LaunchOptions } from "playwright-core";
import { fontsFile } from "./fonts.ts";
import { unpackedChromium } from "./unpack.ts";

/** A WebGPU adapter without a graphics card: SwiftShader under Vulkan. Correct and slow. */
const webgpuArgs = ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader", "--enable-features=Vulkan"];

const installed = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/**
 * Launches a headless Chromium; the caller closes it. `webgpu` asks for a software adapter. The environment variable
 * DRIFTFIELD_CHROMIUM names another executable to use.
 */
export async function launchChromium({ webgpu = false }: { webgpu?: boolean } = {}): Promise<Browser> {
  const args = ["--no-sandbox", ...(webgpu ? webgpuArgs : [])];
  return chromium.launch({ headless: true, args, ...(await whichChromium()) });
}

async function whichChromium(): Promise<LaunchOptions> {
  const named = process.env.DRIFTFIELD_CHROMIUM;
  if (named) return { executablePath: named };
  if (process.platform === "linux" && process.arch === "x64") {
    const folder = await unpackedChromium();
    const env = {
      ...(process.env as Record<string, string>),
      LD_LIBRARY_PATH: join(folder, "al2023", "lib"),
      FONTCONFIG_FILE: await fontsFile(folder),
    };
    return { executablePath: join(folder, "chromium"), env };
  }
  const executablePath = installed.find((path) => existsSync(path));
  return executablePath === undefined ? { channel: "chrome" } : { executablePath };
}
