// The model that was trained in this page, once there is one: what other scenes then show.
import type { Source } from "./source.ts";

const state = $state.raw<{ source: Source | null }>({ source: null });
export const live = state;
