// Colours of plots on a light and on a dark page: the same order of hues, each readable on its ground.

export type Theme = {
  readonly ground: string;
  readonly text: string;
  readonly faint: string;
  readonly grid: string;
  readonly lines: readonly string[];
};

export const themes: Readonly<Record<"light" | "dark", Theme>> = {
  light: {
    ground: "#ffffff",
    text: "#1f2328",
    faint: "#59636e",
    grid: "#e4e8ec",
    lines: [
      "#0b6bcb", "#d1480b", "#0a8a5f", "#8a4fc4", "#a87400",
      "#c2317f", "#3d7f97", "#6b7280", "#5b7d15", "#b03a3a",
    ],
  },
  dark: {
    ground: "#14181f",
    text: "#e6edf3",
    faint: "#9aa5b1",
    grid: "#29303a",
    lines: [
      "#5aa9ff", "#ff8a4c", "#3ecf9a", "#bd93f9", "#e5b93c",
      "#ff7ab8", "#67c5dd", "#9ca3af", "#a3d154", "#ff8080",
    ],
  },
};
