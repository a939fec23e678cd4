// Background colours with names: what a picture is put on, and what its caption then says.

export type Rgb = readonly [r: number, g: number, b: number];

/** Every named background, 0 to 255 a channel. White is the one that captions need not mention. */
export const BACKGROUNDS = {
  white: [255, 255, 255],
  black: [0, 0, 0],
  gray: [136, 136, 136],
  red: [226, 48, 48],
  orange: [250, 146, 32],
  yellow: [252, 220, 60],
  green: [56, 168, 76],
  teal: [40, 170, 170],
  blue: [52, 112, 232],
  purple: [138, 74, 208],
  pink: [250, 150, 190],
  brown: [130, 84, 50],
} as const satisfies Record<string, Rgb>;

export type BackgroundName = keyof typeof BACKGROUNDS;

export const BACKGROUND_NAMES = Object.keys(BACKGROUNDS) as BackgroundName[];
