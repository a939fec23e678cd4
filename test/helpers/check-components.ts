// Runs one golden case of a published component from a folder: how far each output is from the reference's.
import {
  loadClipImageEncoder,
  loadClipTextEncoder,
  loadClipTowers,
} from "../../src/models/clip/encoders.ts";
import { nodeBackend } from "../../src/runtime/index.ts";
import { counterNoise, relative, withComponent, type ComponentCase } from "./counter-weights.ts";

type Apart = Record<string, number>;

/** CLIP's towers: differences by output, each over the largest value. */
export async function checkClip(test: ComponentCase & { ids?: number[][] }): Promise<Apart> {
  const backend = await nodeBackend();
  const { kind, outputs, ids = [] } = test;
  const [texts, length] = [Int32Array.from(ids.flat()), ids[0]?.length ?? 0];
  const pixels = counterNoise("pixels", [2, 8, 8, 3]);
  return withComponent(test, "model", async (folder) => {
    if (kind === "image") {
      const encoder = await loadClipImageEncoder(folder, { backend });
      const found = await encoder.encode(pixels);
      await encoder.dispose();
      return { embedding: relative(found, outputs.embedding) };
    }
    if (kind === "towers") {
      const towers = await loadClipTowers(folder, { backend });
      const [text, image] = [await towers.encodeText(texts, length), await towers.encodeImages(pixels)];
      await towers.dispose();
      return { text: relative(text, outputs.text), image: relative(image, outputs.image) };
    }
    const apart: Apart = {};
    const projection = "projected" in outputs;
    for (const skip of [0, 1]) {
      const encoder = await loadClipTextEncoder(folder, { backend, projection, skip });
      const found = await encoder.encode(texts, length);
      await encoder.dispose();
      const named = { [skip ? "penultimate" : "last"]: found.hidden, pooled: found.pooled, projected: found.projected };
      for (const [name, value] of Object.entries(named)) {
        if (value && outputs[name]) apart[name] = Math.max(apart[name] ?? 0, relative(value, outputs[name]));
      }
    }
    return apart;
  });
}
