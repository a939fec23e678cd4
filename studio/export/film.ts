// The scene's canvases as one picture, and its run as a film: drawn together as they stand on the page.
import { everyFrame } from "../draw/loop.ts";

type Looks = { ground: string; ink: string; caption: string };

/** Draws all canvases within `stage`, as they stand, on one canvas of `ground`; `caption` below. */
export function composed(
  stage: Element, { ground, ink, caption }: Looks, canvas = document.createElement("canvas"),
): HTMLCanvasElement {
  const parts = [...stage.querySelectorAll("canvas")].map((part) => ({ part, box: part.getBoundingClientRect() }));
  const left = Math.min(...parts.map(({ box }) => box.left));
  const top = Math.min(...parts.map(({ box }) => box.top));
  const right = Math.max(...parts.map(({ box }) => box.right));
  const bottom = Math.max(...parts.map(({ box }) => box.bottom));
  const density = parts.length > 0 ? parts[0].part.width / parts[0].box.width : 1;
  const foot = 28;
  // Films want even numbers of pixels.
  const even = (value: number) => 2 * Math.round((value * density) / 2);
  const [width, height] = [even(right - left), even(bottom - top + foot)];
  if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
  const pen = canvas.getContext("2d")!;
  pen.fillStyle = ground;
  pen.fillRect(0, 0, width, height);
  for (const { part, box } of parts) {
    const at = [box.left - left, box.top - top, box.width, box.height].map((value) => value * density);
    pen.drawImage(part, at[0], at[1], at[2], at[3]);
  }
  pen.fillStyle = ink;
  pen.font = `${12 * density}px "Inter", sans-serif`;
  pen.textBaseline = "middle";
  pen.fillText(caption, 8 * density, height - (foot / 2) * density, width - 16 * density);
  return canvas;
}

export function asPng(canvas: HTMLCanvasElement): Promise<Blob> {
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("the browser can't write a PNG"))), "image/png"),
  );
}

/** What this browser can film: MP4 where it can, else WebM; null where it can't film. */
export function filmType(): { mime: string; ending: string } | null {
  if (typeof MediaRecorder === "undefined") return null;
  const types = [
    { mime: "video/mp4;codecs=avc1.42E01E", ending: "mp4" }, { mime: "video/mp4", ending: "mp4" },
    { mime: "video/webm;codecs=vp9", ending: "webm" }, { mime: "video/webm", ending: "webm" },
  ];
  return types.find(({ mime }) => MediaRecorder.isTypeSupported(mime)) ?? null;
}

export type Film = { draw(canvas: HTMLCanvasElement): void; play(): void; isPlaying(): boolean };

/** Films from `play()` until it has stopped playing, and half a second more. */
export async function filmed({ draw, play, isPlaying }: Film, mime: string): Promise<Blob> {
  const canvas = document.createElement("canvas");
  draw(canvas);
  const recorder = new MediaRecorder(canvas.captureStream(30), { mimeType: mime, videoBitsPerSecond: 6_000_000 });
  const parts: Blob[] = [];
  recorder.ondataavailable = ({ data }) => parts.push(data);
  const ended = new Promise<void>((resolve, reject) => {
    recorder.onstop = () => resolve();
    recorder.onerror = () => reject(new Error("the browser stopped filming"));
  });
  recorder.start(500);
  play();
  let after = 0;
  const stop = everyFrame((seconds) => {
    draw(canvas);
    if (isPlaying()) return;
    after += seconds;
    if (after < 0.5) return;
    stop();
    recorder.stop();
  });
  await ended;
  return new Blob(parts, { type: mime.split(";")[0] });
}
