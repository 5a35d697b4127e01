import path from 'node:path';
import { Document, Font, Page, renderToBuffer, StyleSheet, Text, View } from '@react-pdf/renderer';
import { createElement as h, type ReactElement } from 'react';
import { sayMinute } from '#server/notifications/say-day.ts';
import { COMPARISON_LINES, type Comparison, comparisonAnswer, leadWords } from './comparison-words.ts';

const FONT_FOLDER = path.join(process.cwd(), 'node_modules/@fontsource/inter/files');
const SCRIPTS = ['latin', 'latin-ext', 'vietnamese', 'greek', 'cyrillic'] as const;
const FAMILIES = SCRIPTS.map((script) => `Inter ${script}`);
/** As many bids as stand side by side on a page; more go on pages of their own. */
const PER_PAGE = 4;

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
  Font.registerHyphenationCallback((word) => [word]);
  registered = true;
}

const styles = StyleSheet.create({
  page: { fontFamily: FAMILIES, fontSize: 8, color: '#16191b', padding: 40, paddingBottom: 52 },
  title: { fontSize: 15, fontWeight: 600, lineHeight: 1.2, marginBottom: 4 },
  meta: { fontSize: 8, color: '#626a6e', marginBottom: 8 },
  answer: { fontSize: 10, lineHeight: 1.4, marginBottom: 10 },
  row: { flexDirection: 'row', borderTopWidth: 0.5, borderTopColor: '#cdd2d4', paddingVertical: 4 },
  label: { width: 110, paddingRight: 8, fontSize: 8, lineHeight: 1.35, color: '#626a6e' },
  cell: { flex: 1, paddingRight: 8, fontSize: 8, lineHeight: 1.35 },
  strong: { fontWeight: 600 },
  note: { fontSize: 7, color: '#626a6e', lineHeight: 1.35 },
  footer: { position: 'absolute', bottom: 26, left: 40, right: 40, fontSize: 7, color: '#626a6e' },
  right: { textAlign: 'right' },
});

export type ComparisonDocument = {
  project: string;
  sponsor: string;
  /** As of when, and who asked for it. */
  at: Date;
  compared: Comparison;
};

/** The comparison as PDF bytes: every line of the screen in the same words, four bids to a page. */
export async function renderComparison(document: ComparisonDocument): Promise<Uint8Array> {
  registerFonts();
  const { compared, at } = document;
  const title = `Comparison of bids: ${document.project}`;
  const groups = Array.from({ length: Math.max(1, Math.ceil(compared.bids.length / PER_PAGE)) }, (_, index) =>
    compared.bids.slice(index * PER_PAGE, (index + 1) * PER_PAGE),
  );
  const buffer = await renderToBuffer(
    h(
      Document,
      {
        title,
        producer: 'Readroom',
        creator: 'Readroom',
        language: 'en',
        creationDate: at,
        modificationDate: at,
      },
      ...groups.map((bids, index) =>
        h(
          Page,
          { key: `page ${index + 1}`, size: 'LETTER', orientation: 'landscape', style: styles.page },
          h(Text, { style: styles.title }, title),
          h(Text, { style: styles.meta }, metaWords(document)),
          index === 0 ? h(Text, { style: styles.answer }, comparisonAnswer(compared)) : null,
          ...table(compared, bids),
          h(
            Text,
            { style: styles.footer, fixed: true },
            'Figures in brackets are 95 % intervals. A lead is decided where the interval of the difference leaves zero out.',
          ),
          h(Text, {
            style: [styles.footer, styles.right],
            fixed: true,
            render: ({ pageNumber, totalPages }: { pageNumber: number; totalPages: number }) =>
              `Page ${pageNumber} of ${totalPages}`,
          }),
        ),
      ),
    ),
  );
  return new Uint8Array(buffer);
}

function metaWords({ sponsor, at, compared }: ComparisonDocument): string {
  const { work, bids } = compared;
  const volume =
    work === null ? '' : `, for ${work.cases} cases with ${work.reads} reads and ${work.reviews} reviews`;
  return `${sponsor}, as of ${sayMinute(at)}: ${bids.length} ${bids.length === 1 ? 'bid' : 'bids'}${volume}.`;
}

function table(compared: Comparison, bids: Comparison['bids']): ReactElement[] {
  const line = (key: string, label: ReactElement, cells: ReactElement[]) =>
    h(View, { key, style: styles.row, wrap: false }, label, ...cells);
  const head = line(
    'head',
    h(Text, { style: styles.label }, ''),
    bids.map((bid) =>
      h(
        View,
        { key: bid.bidId, style: styles.cell },
        h(Text, { style: styles.strong }, bid.vendor.legalName),
        h(Text, { style: styles.note }, `${bid.vendor.country}, ${bid.status}, version ${bid.version}`),
      ),
    ),
  );
  return [
    head,
    ...COMPARISON_LINES.map(({ key, label, says, best, words }) =>
      line(
        key,
        h(
          View,
          { style: styles.label },
          h(Text, null, label),
          says === undefined ? null : h(Text, { style: styles.note }, says),
        ),
        bids.map((bid) => {
          const lead = best === undefined ? null : leadWords(compared, best, bid.bidId);
          return h(
            View,
            { key: bid.bidId, style: styles.cell },
            h(Text, null, words(bid)),
            lead === null ? null : h(Text, { style: styles.note }, lead),
          );
        }),
      ),
    ),
  ];
}
