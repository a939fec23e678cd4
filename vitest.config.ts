// Tests in Node. Files lie beside what they test (`*.test.ts`); those that need a whole process or a browser in test/.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    testTimeout: 60_000,
    maxWorkers: 2,
  },
});
