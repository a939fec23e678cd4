// Do generated emoji show what the prompt says, and does guidance matter?
import { entriesOf } from "../choose.ts";
import { count, percent, shareCells, shareColumns, text } from "../findings.ts";
import { shareOf } from "../math/interval.ts";
import { recallAt } from "../math/rank.ts";
import { realPictures } from "../real-pictures.ts";
import { promptRanks } from "./among.ts";
import type { Measure } from "./measure.ts";

const UNGUIDED = 200;

export const adherenceEmoji: Measure = {
  name: "adherence-emoji",
  title: "Adherence: emoji",
  about:
    "Prompts are captions of held-out (concept, style) cells: known concepts in a style that they were never seen in. A second CLIP (other " +
    "seed, not the one that conditions) looks for the prompt among 100 in that same style, so that the style gives nothing away. " +
    '"Of real" compares with what it finds for the real pictures. Goal: 0.85 of real; chance is 1%.',
  parts: ["emoji", "judge-clip"],
  data: ["emoji"],
  weight: 6,
  async run(bench) {
    const model = await bench.emoji();
    const entries = entriesOf(await bench.dataset("emoji"), ["heldout-cell"], "adherence").slice(0, bench.count(1000));
    const jobs = entries.map(({ caption }, i) => ({ prompt: caption, seed: i }));
    const { guidanceScale } = model.config.defaults;
    const originals = realPictures(entries);
    const real = await promptRanks(bench, originals, entries);
    const copies = await promptRanks(bench, await bench.reconstruct(originals), entries);
    const guided = await promptRanks(bench, await bench.generate(jobs, { guidanceScale }, [2, 3]), entries);
    const plain = await promptRanks(
      bench,
      await bench.generate(jobs.slice(0, bench.count(UNGUIDED)), { guidanceScale: 1 }, [2, 3]),
      entries,
    );
    const row = (label: string, ranks: readonly number[]): (string | number)[] => [
      label,
      ranks.length,
      ...shareCells(shareOf(ranks.filter((rank) => rank === 0).length, ranks.length)),
      recallAt(ranks, 5),
      recallAt(ranks, 1) / recallAt(real.slice(0, ranks.length), 1),
    ];
    return {
      settings: {
        seeds: `0 to ${guided.length - 1}`,
        guidanceScale,
        steps: model.config.defaults.numInferenceSteps,
        sampler: model.config.defaults.sampler,
      },
      tables: [
        {
          title: "The prompt is found among 100",
          columns: [text("pictures"), count("n"), ...shareColumns("first"), percent("among 5"), percent("of real")],
          rows: [
            row("real", real),
            row("real, through the autoencoder", copies),
            row(`generated, guidance ${guidanceScale}`, guided),
            row("generated, guidance 1 (conditioning alone)", plain),
            ["chance", 0, 0.01, Number.NaN, Number.NaN, 0.05, Number.NaN],
          ],
        },
      ],
    };
  },
};
