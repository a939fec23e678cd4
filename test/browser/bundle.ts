// What a browser loads of a TypeScript module: it and all that it imports, as ES modules.
import { basename } from "node:path";
import { build } from "esbuild";

/**
 * The ES modules that a browser loads for `entryFile`, "/bundle.js" first. What only Node has stays outside, in a chunk
 * that the page must not load.
 */
export async function bundleForBrowser(entryFile: string): Promise<Record<string, Uint8Array>> {
  const { outputFiles } = await build({
    entryPoints: { bundle: entryFile },
    bundle: true,
    splitting: true,
    outdir: "/",
    write: false,
    format: "esm",
    platform: "browser",
    target: "es2023",
    external: ["node:*", "onnxruntime-node"],
    logLevel: "silent",
  });
  return Object.fromEntries(outputFiles.map(({ path, contents }) => [`/${basename(path)}`, contents]));
}
