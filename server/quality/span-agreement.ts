import { assign } from './assignment.ts';

/** A labelled stretch of a document: `start` included, `end` not, in tokens or characters. */
export type Span = {
  readonly document: string;
  readonly start: number;
  readonly end: number;
  readonly label: string;
};

export type SpanScore = {
  readonly precision: number | null;
  readonly recall: number | null;
  readonly f1: number | null;
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly falseNegatives: number;
};

export type SpanAgreement = {
  /** Same document, start, end and label. */
  readonly exact: SpanScore;
  /** Same document and label, any overlap, matched one to one for the largest total overlap. */
  readonly overlap: SpanScore;
  /** Per unit (token or character) with its label. */
  readonly unit: SpanScore;
};

/**
 * Agreement of two sets of spans: exact, by any overlap, and per unit. Precision is of the first set, recall of the second. Null where
 * there is nothing to divide by; repeated identical spans count once.
 *
 * Source: Tjong Kim Sang & De Meulder 2003 (exact); relaxed and unit forms as usual in clinical text.
 *
 * @example spanAgreement(predicted, gold).exact.f1
 */
export function spanAgreement(first: readonly Span[], second: readonly Span[]): SpanAgreement {
  const own = unique(first);
  const other = unique(second);
  const keys = new Set(other.map(keyOf));
  const exactHits = own.filter((span) => keys.has(keyOf(span))).length;
  const units = [unitsOf(own), unitsOf(other)] as const;
  const unitHits = [...units[0]].filter((unit) => units[1].has(unit)).length;
  return {
    exact: scoreOf(exactHits, own.length, other.length),
    overlap: scoreOf(overlapHits(own, other), own.length, other.length),
    unit: scoreOf(unitHits, units[0].size, units[1].size),
  };
}

function unique(spans: readonly Span[]): Span[] {
  return [...new Map(spans.map((span) => [keyOf(span), span])).values()];
}

function keyOf(span: Span): string {
  return JSON.stringify([span.document, span.start, span.end, span.label]);
}

function unitsOf(spans: readonly Span[]): Set<string> {
  const units = new Set<string>();
  for (const { document, start, end, label } of spans) {
    for (let at = start; at < end; at += 1) units.add(JSON.stringify([document, at, label]));
  }
  return units;
}

function overlapHits(first: readonly Span[], second: readonly Span[]): number {
  const groups = new Map<string, { own: Span[]; other: Span[] }>();
  const groupOf = (span: Span) => {
    const key = JSON.stringify([span.document, span.label]);
    const group = groups.get(key) ?? { own: [], other: [] };
    groups.set(key, group);
    return group;
  };
  for (const span of first) groupOf(span).own.push(span);
  for (const span of second) groupOf(span).other.push(span);
  let hits = 0;
  for (const { own, other } of groups.values()) {
    const shared = own.map((a) =>
      other.map((b) => Math.max(0, Math.min(a.end, b.end) - Math.max(a.start, b.start))),
    );
    // One more unit of overlap never outweighs one more match.
    const largest = Math.max(1, ...shared.flat());
    const costs = shared.map((row) =>
      row.map((length) => (length > 0 ? -(1 + length / (largest * 1000)) : 0)),
    );
    hits += assign(costs).filter(([row, column]) => (shared[row]?.[column] ?? 0) > 0).length;
  }
  return hits;
}

function scoreOf(hits: number, nFirst: number, nSecond: number): SpanScore {
  return {
    precision: nFirst === 0 ? null : hits / nFirst,
    recall: nSecond === 0 ? null : hits / nSecond,
    f1: nFirst + nSecond === 0 ? null : (2 * hits) / (nFirst + nSecond),
    truePositives: hits,
    falsePositives: nFirst - hits,
    falseNegatives: nSecond - hits,
  };
}
