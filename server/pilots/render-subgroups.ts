import { Text, View } from '@react-pdf/renderer';
import { createElement as h, type ReactElement } from 'react';
import { pdfRow as row, pdfStyles as styles } from '#server/files/print-pdf.ts';
import type { AnnexDocument } from './annex.ts';
import { figuresOf } from './compare-subgroups.ts';
import type { StoredSubgroups } from './subgroup-schema.ts';

type Group = StoredSubgroups['groups'][number];

/** The subgroups of an annex's card, one block each; nothing where the card has none. */
export function subgroupLines(document: AnnexDocument): ReactElement[] {
  const detail = document.scorecard.subgroups;
  if (detail === undefined || detail.groups.length === 0) return [];
  return [
    h(Text, { key: 'subgroups', style: styles.heading, minPresenceAhead: 60 }, 'By subgroup'),
    h(
      Text,
      { key: 'subgroups-says', style: styles.meta },
      `No criterion rests on these. Intervals are 95 %, by case; a figure that rests on fewer than ${detail.leastCases} cases is not shown.`,
    ),
    ...detail.groups.map(groupBlock),
    ...detail.leftOut.map(({ dimension, values }) =>
      row(
        dimension,
        values === 0 ? 'not looked at: too many columns' : `${values} further values are not listed`,
      ),
    ),
  ];
}

function groupBlock(group: Group): ReactElement {
  return h(
    View,
    { key: `${group.dimension}=${group.value}` },
    h(
      Text,
      { style: { ...styles.meta, marginTop: 6 }, minPresenceAhead: 30 },
      `${group.dimension}: ${group.value} (${group.cases} cases, ${group.reads} reads)`,
    ),
    ...figuresOf(group).map(([label, figure]) => row(label, figureWords(figure))),
  );
}

/** The value with its interval and n, or why there is none. */
export function figureWords(figure: ReturnType<typeof figuresOf>[number][1]): string {
  const { value, ci, n, reason } = figure;
  if (value === null) return `${REASONS[reason ?? ''] ?? 'not measured'}, n ${n}`;
  return `${value.toFixed(3)}${ci === null ? '' : ` [${ci[0].toFixed(3)}, ${ci[1].toFixed(3)}]`}, n ${n}`;
}

const REASONS: Record<string, string> = {
  small_subgroup: 'too few cases to show',
  no_reference: 'no case with a known answer',
  no_overlap: 'no case read twice',
  one_category: 'one answer only',
};
