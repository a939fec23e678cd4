// What Vite lets the studio import beside TypeScript.
/// <reference types="svelte" />
declare module "*.css";
