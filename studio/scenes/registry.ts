// The scenes in their order. Each is a folder with its component, loaded when it is opened.
import type { Component } from "svelte";
import type { State } from "../state/fields.ts";

export type SceneEntry = {
  readonly id: State["scene"];
  readonly number: number;
  readonly title: string;
  load(): Promise<{ default: Component }>;
};

export const scenes: readonly SceneEntry[] = [
  { id: "pixels", number: 0, title: "A dot is a picture", load: () => import("./pixels/Scene.svelte") },
  { id: "data", number: 1, title: "Data", load: () => import("./dataset/Scene.svelte") },
  { id: "train", number: 2, title: "Train", load: () => import("./train/Scene.svelte") },
  { id: "forward", number: 3, title: "Forward", load: () => import("./forward/Scene.svelte") },
  { id: "field", number: 4, title: "The field", load: () => import("./field/Scene.svelte") },
  { id: "reverse", number: 5, title: "Reverse", load: () => import("./reverse/Scene.svelte") },
  { id: "exact", number: 6, title: "Exact or learned", load: () => import("./exact/Scene.svelte") },
  { id: "flow", number: 7, title: "Flow", load: () => import("./flow/Scene.svelte") },
  { id: "guidance", number: 8, title: "Guidance", load: () => import("./guidance/Scene.svelte") },
  { id: "numbers", number: 9, title: "Numbers", load: () => import("./numbers/Scene.svelte") },
];
