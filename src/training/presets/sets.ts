// The data sets that the default model learns from, and how often each comes.
import { access } from "node:fs/promises";
import { join } from "node:path";
import { openDataset, type Dataset } from "../../data/index.ts";

/** How often pictures, faces and compositions come. */
const MIXTURE = { emoji: 0.4, faces: 0.42, compose: 0.18 };

/** The data sets in `data`, with how often each comes: pictures are needed, the other two may be left out. */
export async function openSets(data: string): Promise<{ datasets: Dataset[]; weights: number[] }> {
  const datasets: Dataset[] = [];
  const weights: number[] = [];
  for (const [name, weight] of Object.entries(MIXTURE)) {
    const folder = join(data, name);
    const there = await access(folder).then(
      () => true,
      () => false,
    );
    if (!there && name !== "emoji") continue;
    datasets.push(await openDataset(folder, name));
    weights.push(weight);
  }
  return { datasets, weights };
}
