import { constants, inflateSync } from 'node:zlib';

const OBJECT = /(\d+) 0 obj\s([\s\S]*?)endobj/g;
const FONT = /\/(F\d+) (\d+) 0 R/g;
const SHOWN = /\/(F\d+) [\d.]+ Tf|<([0-9a-fA-F]+)>/g;

/**
 * The text of a PDF as its pages show it, piece by piece in the order in which it was drawn. For documents of our own
 * renderer: objects in the clear, streams deflated, every font with a table from glyphs to letters.
 */
export function pdfText(bytes: Uint8Array): string {
  const raw = Buffer.from(bytes).toString('latin1');
  const objects = new Map([...raw.matchAll(OBJECT)].map((found) => [found[1] ?? '', found[2] ?? '']));
  const fonts = new Map<string, Map<string, string>>();
  for (const body of objects.values())
    for (const [, name = '', id = ''] of body.matchAll(FONT)) {
      const table = /\/ToUnicode (\d+) 0 R/.exec(objects.get(id) ?? '')?.[1];
      if (table !== undefined) fonts.set(name, lettersOf(streamOf(objects.get(table) ?? '')));
    }
  return [...objects.values()]
    .map(streamOf)
    .filter((text) => / T[jJ]\b/.test(text))
    .map((text) => shownText(text, fonts))
    .join('\n');
}

function streamOf(body: string): string {
  const found = /stream\r?\n([\s\S]*?)\r?\nendstream/.exec(body)?.[1];
  if (found === undefined) return '';
  try {
    // A last byte that looks like the end of a line is taken for one: it belongs to the checksum, which is not asked for.
    return inflateSync(Buffer.from(found, 'latin1'), { finishFlush: constants.Z_SYNC_FLUSH }).toString(
      'latin1',
    );
  } catch {
    return '';
  }
}

const word = (hex: string) =>
  Array.from({ length: hex.length / 4 }, (_, at) =>
    String.fromCharCode(Number.parseInt(hex.slice(at * 4, at * 4 + 4), 16)),
  ).join('');

/** Glyph (four hexadecimal digits) → letters. */
function lettersOf(table: string): Map<string, string> {
  const letters = new Map<string, string>();
  for (const [, from = '', , list = ''] of table.matchAll(/<(\w{4})> <(\w{4})> \[([^\]]*)\]/g)) {
    const first = Number.parseInt(from, 16);
    for (const [at, [, hex = '']] of [...list.matchAll(/<(\w+)>/g)].entries())
      letters.set((first + at).toString(16).padStart(4, '0'), word(hex));
  }
  return letters;
}

function shownText(content: string, fonts: ReadonlyMap<string, ReadonlyMap<string, string>>): string {
  let letters: ReadonlyMap<string, string> = new Map();
  let text = '';
  for (const line of content.split('\n')) {
    let piece = '';
    for (const [, font, hex] of line.matchAll(SHOWN)) {
      if (font !== undefined) letters = fonts.get(font) ?? new Map();
      for (let at = 0; at < (hex?.length ?? 0); at += 4)
        piece += letters.get((hex ?? '').slice(at, at + 4).toLowerCase()) ?? '';
    }
    text += piece;
    if (/ T[jJ]\b/.test(line)) text += ' ';
  }
  return text.replaceAll(/\s+/g, ' ');
}
