// Builds the studio into dist/studio: relative paths, so that it works in any folder of any web server.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

const home = join(import.meta.dirname, "..");
const { exports } = JSON.parse(readFileSync(join(home, "package.json"), "utf8"));

/** The package's public subpaths, from their sources: no build of the package has to come first. */
const subpaths = Object.entries(exports as Record<string, { default: string }>).map(([name, { default: built }]) => ({
  find: new RegExp(`^driftfield${name.slice(1)}$`),
  replacement: join(home, built.replace("./dist/", "src/").replace(/\.js$/, ".ts")),
}));

export default defineConfig({
  root: import.meta.dirname,
  base: "./",
  plugins: [svelte({ configFile: false })],
  resolve: { alias: subpaths },
  worker: { format: "es" },
  build: { outDir: join(home, "dist", "studio"), emptyOutDir: true, target: "es2023", assetsInlineLimit: 2048 },
});
