// Words for the colours that a picture mostly consists of, so that captions can say them truthfully.

/** The word for one colour (0 to 255 a channel), from hue, saturation and lightness. */
export function colourWord(r: number, g: number, b: number): string {
  const max = Math.max(r, g, b);
  const min = Math.min(r, g, b);
  const chroma = max - min;
  const lightness = (max + min) / 510;
  const saturation = max === 0 ? 0 : chroma / max;
  const raw = max === r ? (g - b) / chroma : max === g ? 2 + (b - r) / chroma : 4 + (r - g) / chroma;
  const hue = chroma === 0 ? 0 : (raw * 60 + 360) % 360;
  const cool = hue > 190 && hue < 320;
  // Artists draw black as a dark blue or purple, and brown fur darker than one thinks.
  if (max < 55 || (max < 80 && (cool || saturation < 0.4))) return "black";
  if (max < 112 && saturation < (cool ? 0.5 : 0.3)) return lightness < 0.33 ? "black" : "gray";
  if (lightness > 0.93) return "white";
  if (saturation < (cool ? 0.22 : 0.13) || chroma < 20) return lightness > 0.86 ? "white" : "gray";
  return chromaticWord(hue, saturation, lightness, max);
}

function chromaticWord(hue: number, saturation: number, lightness: number, max: number): string {
  if (hue < 14 || hue >= 338) return lightness > 0.68 ? "pink" : max < 125 ? "brown" : "red";
  if (hue < 38) {
    if (max < 180 || (saturation < 0.55 && lightness < 0.6)) return "brown";
    return lightness > 0.75 ? "beige" : "orange";
  }
  if (hue < 68) return max < 130 ? "brown" : saturation < 0.4 ? "beige" : "yellow";
  if (hue < 165) return "green";
  if (hue < 188) return "teal";
  if (hue < 250) return "blue";
  if (hue < 296) return "purple";
  if (hue >= 325 && lightness < 0.55 && saturation > 0.6) return "red";
  return lightness > 0.5 || saturation < 0.5 ? "pink" : "purple";
}

/** Up to `most` words for the colours of a straight RGBA picture that cover at least an eighth of what is opaque. */
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
    .filter(([, area]) => area >= total / 8)
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, most)
    .map(([word]) => word);
}
