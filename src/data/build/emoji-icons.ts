// Finds a concept's drawing in an Iconify set: by code point where the set has a table, by name where it hasn't.
import { requirePackage } from "./packages.ts";
import { FX_NAMES } from "./fxemoji-names.ts";
import type { Concept } from "./emoji-concepts.ts";

type Icon = { body: string; left?: number; top?: number; width?: number; height?: number };
type Alias = { parent: string; hFlip?: boolean; vFlip?: boolean; rotate?: number };
type IconSet = { icons: Record<string, Icon>; aliases?: Record<string, Alias>; width: number; height: number };
type Chars = Record<string, string>;

export type IconFinder = {
  /** The icon's name for a concept, or undefined when the set has no drawing of it. */
  find(concept: Concept): string | undefined;
  /** The SVG text of an icon, with `margin` (a fraction of the width) left free on each side. */
  svg(name: string, margin?: number): string;
};

/** A name as icon sets spell it: ASCII letters, digits and hyphens. */
export function slugOf(name: string): string {
  return name
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "")
    .toLowerCase()
    .replace(/['’.!?,:()“”]/g, "")
    .replace(/&/g, "and")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
}

/** Opens the Iconify set `prefix`; `charsOf` names another set whose code-point table fits its names too. */
export function openIconSet(prefix: string, charsOf = prefix): IconFinder {
  const set = requirePackage<IconSet>(`@iconify-json/${prefix}/icons.json`);
  const chars = requirePackage<Chars>(`@iconify-json/${charsOf}/chars.json`);
  const has = (name: string | undefined): name is string =>
    name !== undefined && (Object.hasOwn(set.icons, name) || Object.hasOwn(set.aliases ?? {}, name));
  return {
    find(concept) {
      if (prefix === "fxemoji") return findFx(concept, has);
      const slug = slugOf(concept.name);
      return [chars[concept.code], slug].find(has);
    },
    svg(name, margin = 0) {
      const alias = set.aliases?.[name];
      const icon = set.icons[alias?.parent ?? name];
      const width = icon.width ?? set.width;
      const height = icon.height ?? set.height;
      const side = Math.max(width, height) * (1 + 2 * margin);
      const left = (icon.left ?? 0) + (width - side) / 2;
      const top = (icon.top ?? 0) + (height - side) / 2;
      const body = alias?.hFlip
        ? `<g transform="translate(${2 * (icon.left ?? 0) + width} 0) scale(-1 1)">${icon.body}</g>`
        : icon.body;
      return (
        `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${side}" ` +
        `height="${side}" viewBox="${left} ${top} ${side} ${side}">${body}</svg>`
      );
    },
  };
}

function findFx(concept: Concept, has: (name: string) => boolean): string | undefined {
  const known = FX_NAMES.get(concept.name);
  if (known !== undefined) return has(known) ? known : undefined;
  return [slugOf(concept.name).replace(/-/g, ""), slugOf(concept.name)].find(has);
}
