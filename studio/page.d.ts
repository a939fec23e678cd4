// What Vite lets the studio import beside TypeScript.
/// <reference types="svelte" />
declare module "*.css";

interface ImportMeta {
  /** Vite's: the files that `patterns` find when the page is built, here as their addresses. */
  glob<T>(patterns: string[], options: { query: string; import: string; eager: true }): Record<string, T>;
}
