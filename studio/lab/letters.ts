// Letters as a data set: the places that are inked when a word is written.

/** Where `word` is inked, in the plane: about 2.6 wide, column by column. Needs a page, for its fonts. */
export function inkOf(word: string): [number, number][] {
  const [across, down] = [360, 200];
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [across, down];
  const pen = canvas.getContext("2d", { willReadFrequently: true })!;
  pen.font = '700 120px "Inter Variable", sans-serif';
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  const { width } = pen.measureText(word);
  const fit = Math.min(1.35, (across - 16) / Math.max(1, width));
  pen.translate(across / 2, down / 2);
  pen.scale(fit, fit);
  pen.fillText(word, 0, 0);
  const { data } = pen.getImageData(0, 0, across, down);
  const inked: [number, number][] = [];
  for (let x = 0; x < across; x += 2) {
    for (let y = 0; y < down; y += 2) {
      if (data[4 * (y * across + x) + 3] <= 127) continue;
      inked.push([((x - across / 2) / across) * 2.7, ((down / 2 - y) / across) * 2.7]);
    }
  }
  return inked;
}
