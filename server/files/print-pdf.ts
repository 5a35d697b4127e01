import path from 'node:path';
import { Document, Font, Page, renderToBuffer, StyleSheet, Text, View } from '@react-pdf/renderer';
import { createElement as h, type ReactElement, type ReactNode } from 'react';

const FONT_FOLDER = path.join(process.cwd(), 'node_modules/@fontsource/inter/files');
/** One file per script; the renderer takes each letter from the first that has it, so names print as they are spelt. */
const SCRIPTS = ['latin', 'latin-ext', 'vietnamese', 'greek', 'cyrillic'] as const;
const FAMILIES = SCRIPTS.map((script) => `Inter ${script}`);

let registered = false;

function registerFonts(): void {
  if (registered) return;
  for (const script of SCRIPTS) {
    Font.register({
      family: `Inter ${script}`,
      fonts: [400, 600].map((fontWeight) => ({
        src: path.join(FONT_FOLDER, `inter-${script}-${fontWeight}-normal.woff`),
        fontWeight,
      })),
    });
  }
  // Legal text is not hyphenated.
  Font.registerHyphenationCallback((word) => [word]);
  registered = true;
}

/** The looks of every printed document. */
export const pdfStyles = StyleSheet.create({
  page: {
    // No line height here: the renderer applies an inherited one twice to page numbers and then leaves them out. Where
    // it stands, the size stands beside it, because it is taken of the element's own size.
    fontFamily: FAMILIES,
    fontSize: 10,
    color: '#16191b',
    paddingTop: 56,
    paddingBottom: 64,
    paddingHorizontal: 64,
  },
  title: { fontSize: 18, fontWeight: 600, lineHeight: 1.2, marginBottom: 6 },
  meta: { fontSize: 8, color: '#626a6e', marginTop: 4, marginBottom: 20 },
  heading: { fontSize: 10, fontWeight: 600, marginTop: 12, marginBottom: 3 },
  paragraph: { marginBottom: 6, fontSize: 10, lineHeight: 1.5, textAlign: 'left' },
  rule: { borderTopWidth: 0.5, borderTopColor: '#cdd2d4', marginVertical: 12 },
  row: { flexDirection: 'row', marginBottom: 3 },
  label: { width: 110, fontSize: 9, lineHeight: 1.5, color: '#626a6e' },
  value: { flex: 1, fontSize: 9, lineHeight: 1.5 },
  footer: {
    position: 'absolute',
    bottom: 32,
    left: 64,
    right: 64,
    fontSize: 8,
    color: '#626a6e',
  },
  pageNumber: { textAlign: 'right' },
});

/** A label with what it says beside it. */
export function pdfRow(label: string, value: string): ReactElement {
  return h(
    View,
    { key: label, style: pdfStyles.row },
    h(Text, { style: pdfStyles.label }, label),
    h(Text, { style: pdfStyles.value }, value),
  );
}

/**
 * Prints a document in the house's type, with a footer and page numbers. The same body and `createdAt` give the same
 * bytes, so that their hash can be signed.
 */
export async function printPdf(input: {
  title: string;
  footer: string;
  createdAt: Date;
  body: ReactNode[];
}): Promise<Uint8Array> {
  registerFonts();
  const footer = [
    h(Text, { key: 'version', style: pdfStyles.footer, fixed: true }, input.footer),
    h(Text, {
      key: 'page',
      style: [pdfStyles.footer, pdfStyles.pageNumber],
      fixed: true,
      render: ({ pageNumber, totalPages }: { pageNumber: number; totalPages: number }) =>
        `Page ${pageNumber} of ${totalPages}`,
    }),
  ];
  const buffer = await renderToBuffer(
    h(
      Document,
      {
        title: input.title,
        producer: 'Readroom',
        creator: 'Readroom',
        language: 'en',
        creationDate: input.createdAt,
        modificationDate: input.createdAt,
      },
      h(Page, { size: 'LETTER', style: pdfStyles.page }, ...input.body, ...footer),
    ),
  );
  return new Uint8Array(buffer);
}
