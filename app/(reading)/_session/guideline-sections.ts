import type { LabelField } from '#server/protocols/schemas.ts';

export type GuidelineSection = { heading: string; markdown: string };

/** Guidelines cut at their headings, code fences left whole; what stands before the first has an empty heading. */
export function guidelineSections(markdown: string): GuidelineSection[] {
  const sections: GuidelineSection[] = [];
  let heading = '';
  let lines: string[] = [];
  let isFenced = false;
  const close = () => {
    const text = lines.join('\n').trim();
    if (text !== '') sections.push({ heading, markdown: text });
  };
  for (const line of markdown.split('\n')) {
    if (/^\s*(```|~~~)/.test(line)) isFenced = !isFenced;
    const found = isFenced ? null : /^#{1,4}\s+(.*?)\s*#*$/.exec(line);
    if (found) {
      close();
      heading = found[1] ?? '';
      lines = [];
    }
    lines.push(line);
  }
  close();
  return sections;
}

const words = (text: string) =>
  text
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word.length > 2);

/** Place of the section that speaks of a field: by its name in a heading, else by the first mention; -1 for none. */
export function sectionOf(
  sections: readonly GuidelineSection[],
  field: Pick<LabelField, 'key' | 'label'>,
): number {
  const names = [words(field.label), words(field.key)].filter((name) => name.length > 0);
  const speaks = (text: string) => {
    const has = new Set(words(text));
    return names.some((name) => name.every((word) => has.has(word)));
  };
  const byHeading = sections.findIndex((section) => speaks(section.heading));
  return byHeading >= 0 ? byHeading : sections.findIndex((section) => speaks(section.markdown));
}
