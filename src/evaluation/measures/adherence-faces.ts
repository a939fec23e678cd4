// Do generated faces have what the prompt names?
import { entriesOf, shuffled } from "../choose.ts";
import { count, percent, shareCells, shareColumns, text } from "../findings.ts";
import { clusteredShare } from "../math/interval.ts";
import { realPictures } from "../real-pictures.ts";
import { byAttribute, facePrompt, scoresOf } from "./face-reading.ts";
import type { Measure } from "./measure.ts";

const FACES = 500;
const UNGUIDED = 200;

export const adherenceFaces: Measure = {
  name: "adherence-faces",
  title: "Adherence: faces",
  about:
    'Prompts are captions of held-out combinations of attributes ("an avatar of a smiling man with a red hat, sunglasses and a brown ' +
    'beard"); the judge of faces reads the pictures. An attribute counts when the prompt names it, a thing and its colour as two. "Real" ' +
    "is the pictures that the prompts describe; the floor is real pictures against other faces' prompts. Goal: 90% at the default guidance.",
  parts: ["emoji", "face-judge"],
  data: ["faces"],
  weight: 6,
  async run(bench) {
    const model = await bench.emoji();
    const judge = await bench.faceJudge();
    const faces = await bench.dataset("faces");
    const entries = entriesOf(faces, ["heldout-combination"], "adherence");
    const prompts = entries.map(({ record }) => facePrompt(record, (caption) => !model.tokenize(caption).truncated));
    const jobs = Array.from({ length: bench.count(FACES) }, (_, i) => ({ ...prompts[i % prompts.length], seed: i }));
    const real = entries.slice(0, jobs.length);
    const asked = prompts.slice(0, real.length).map((prompt) => prompt.asked);
    const realReadings = await judge.read(realPictures(real));
    const copies = await judge.read(await bench.reconstruct(realPictures(real)));
    const { guidanceScale } = model.config.defaults;
    const guided = await judge.read(await bench.generate(jobs, { guidanceScale }, [2, 3]));
    const plain = await judge.read(
      await bench.generate(jobs.slice(0, bench.count(UNGUIDED)), { guidanceScale: 1 }, [2, 3]),
    );
    const wanted = jobs.map((job) => job.asked);
    const others = shuffled(
      asked.map((_, i) => i),
      String,
      "others",
    ).map((i) => asked[i]);
    const row = (label: string, readings: typeof guided, against: typeof wanted): (string | number)[] => [
      label,
      readings.length,
      ...shareCells(clusteredShare(scoresOf(readings, against))),
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
          title: "Named attributes that are there",
          columns: [text("pictures"), count("n"), ...shareColumns("right")],
          rows: [
            row("real", realReadings, asked),
            row("real, through the autoencoder", copies, asked),
            row(`generated, guidance ${guidanceScale}`, guided, wanted),
            row("generated, guidance 1 (conditioning alone)", plain, wanted),
            row("real, other faces' prompts (floor)", realReadings, others),
          ],
        },
        {
          title: "By attribute, at the default guidance",
          columns: [text("attribute"), count("named"), percent("right")],
          rows: byAttribute(guided, wanted.slice(0, guided.length)),
        },
      ],
    };
  },
};
