// Words for the colours that a picture mostly consists of, so that captions can say them truthfully.

/** The word for one colour (0 to 255 a channel), from hue, saturation and lightness. */
export function colourWord(r: number, g: number, b: number): string {
  const max = Math.max(r, g, b);
  const min = Math.min(r, g, b);
  const chroma = max - min;
  const lightness = (max + min) / 510;
  const saturation = max === 0 ? 0 : chroma / max;
  if (max < 60) return "black";
  if (saturation < 0.12 || chroma < 24) return lightness > 0.86 ? "white" : lightness < 0.25 ? "black" : "gray";
  let hue = max === r ? (g - b) / chroma : max === g ? 2 + (b - r) / chroma : 4 + (r - g) / chroma;
  hue = (hue * 60 + 360) % 360;
  if (lightness > 0.92) return "white";
  if (hue < 14 || hue >= 345) return lightness > 0.68 ? "pink" : max < 120 ? "brown" : "red";
  if (hue < 42) return max < 175 || (saturation < 0.55 && lightness < 0.6) ? "brown" : lightness > 0.75 ? "beige" : "orange";
  if (hue < 68) return max < 120 ? "brown" : lightness > 0.8 && saturation < 0.35 ? "beige" : "yellow";
  if (hue < 165) return "green";
  if (hue < 190) return "teal";
  if (hue < 250) return saturation < 0.3 && max < 190 ? "gray" : "blue";
  if (hue < 295) return "purple";
  return lightness > 0.5 || saturation < 0.6 ? "pink" : "purple";
}

/** Up to `most` words for the colours of a straight RGBA picture that cover at least a tenth of what is opaque. */
export function mainColours(rgba: Uint8Array, most = 3): string[] {
  const areas = new Map<string, number>();
  let total = 0;
  for (let i = 0; i < rgba.length; i += 4) {
    if (rgba[i + 3] < 128) continue;
    total++;
    const word = colourWord(rgba[i], rgba[i + 1], rgba[i + 2]);
    areas.set(word, (areas.get(word) ?? 0) + 1);
  }
  return [...areas]
    .filter(([, area]) => area >= total / 10)
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, most)
    .map(([word]) => word);
}
