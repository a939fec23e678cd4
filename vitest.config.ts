// Tests lie beside what they test (`*.test.ts`); those that need a whole process, a browser or the repository in test/.
import { defineConfig } from "vitest/config";

const inChromium = ["test/browser/**/*.test.ts", "test/**/chromium.test.ts"];

export default defineConfig({
  test: {
    maxWorkers: 2,
    reporters: [process.stdout.isTTY ? "default" : "minimal", "./test/closing-line.ts"],
    projects: [
      {
        test: {
          name: "node",
          include: ["src/**/*.test.ts", "test/**/*.test.ts", "scripts/**/*.test.ts", "studio/**/*.test.ts"],
          exclude: inChromium,
          globalSetup: ["./test/build-package.ts"],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: "browser",
          include: inChromium,
          globalSetup: ["./test/build-studio.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
