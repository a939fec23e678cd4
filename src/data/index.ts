// data: pictures with captions on disk, and the words said about them. Imports core.
export { BACKGROUNDS, BACKGROUND_NAMES, type BackgroundName, type Rgb } from "./background.ts";
export { canonicalCaption, caption, type CaptionOptions } from "./caption.ts";
export { styleWords, STYLE_WORDS } from "./caption-emoji.ts";
export { GENERATOR_WORDS, withAttribute, withoutAttribute } from "./caption-face.ts";
export { compose } from "./compose.ts";
export { openDataset, type Dataset } from "./dataset.ts";
export { mayFlip } from "./flip.ts";
export { compositionSplit, emojiSplit, faceSplit, isHeldOutCell, isHeldOutConcept } from "./held-out.ts";
export { SPLITS, type Attributes, type DataRecord, type DatasetIndex, type Shard, type Split } from "./record.ts";
export { vocabulary } from "./vocabulary.ts";
export { mirrorWords, wordsOf } from "./words.ts";
