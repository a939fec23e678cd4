// Generated parts inside a page that people write: between two comments that name the part.

/** `page` with the text between `<!-- generated: name -->` and `<!-- end: name -->` replaced. Throws without them. */
export function replaceSection(page: string, name: string, text: string): string {
  const open = `<!-- generated: ${name} -->`;
  const close = `<!-- end: ${name} -->`;
  const start = page.indexOf(open);
  const end = page.indexOf(close);
  if (start < 0 || end < start) throw new Error(`the page has no section "${name}": ${open} ... ${close}`);
  return `${page.slice(0, start + open.length)}\n${text.trim()}\n${page.slice(end)}`;
}
