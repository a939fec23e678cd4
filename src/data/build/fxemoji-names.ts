// FxEmoji names its drawings after old or private words; this table says which drawing is which concept.
// Only pairs that were looked at are listed. An empty name keeps a drawing from being taken by its name alone.

/** Concept code to the icon's name in @iconify-json/fxemoji. */
export const FX_NAMES: Readonly<Record<string, string>> = {
};
