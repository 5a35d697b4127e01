import { AppError } from '#server/core/errors.ts';
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
  const groups = groupsOf(own, other);
  let overlapHits = 0;
  const units = { hits: 0, own: 0, other: 0 };
  for (const group of groups) {
    overlapHits += overlapHitsOf(group);
    const [ownUnits, otherUnits] = [merged(group.own), merged(group.other)];
    units.hits += sharedUnits(ownUnits, otherUnits);
    units.own += lengthOf(ownUnits);
    units.other += lengthOf(otherUnits);
  }
  return {
    exact: scoreOf(exactHits, own.length, other.length),
    overlap: scoreOf(overlapHits, own.length, other.length),
    unit: scoreOf(units.hits, units.own, units.other),
  };
}

function unique(spans: readonly Span[]): Span[] {
  return [...new Map(spans.map((span) => [keyOf(span), span])).values()];
}

function keyOf(span: Span): string {
  return JSON.stringify([span.document, span.start, span.end, span.label]);
}

type Group = { readonly own: Span[]; readonly other: Span[] };

/** The spans of both sides by document and label: only those can meet. */
function groupsOf(first: readonly Span[], second: readonly Span[]): Group[] {
  const groups = new Map<string, Group>();
  const groupOf = (span: Span) => {
    const key = JSON.stringify([span.document, span.label]);
    let group = groups.get(key);
    if (group === undefined) {
      group = { own: [], other: [] };
      groups.set(key, group);
    }
    return group;
  };
  for (const span of first) groupOf(span).own.push(span);
  for (const span of second) groupOf(span).other.push(span);
  return [...groups.values()];
}

type Stretch = { start: number; end: number };

/** The stretches that the spans cover, in order and apart, so that a unit under two spans counts once. */
function merged(spans: readonly Span[]): Stretch[] {
  const stretches: Stretch[] = [];
  for (const { start, end } of spans.toSorted((a, b) => a.start - b.start)) {
    const last = stretches.at(-1);
    if (last !== undefined && start <= last.end) last.end = Math.max(last.end, end);
    else stretches.push({ start, end });
  }
  return stretches;
}

function lengthOf(stretches: readonly Stretch[]): number {
  return stretches.reduce((sum, { start, end }) => sum + end - start, 0);
}

/** Units in both of two lists of stretches, walked in step. */
function sharedUnits(first: readonly Stretch[], second: readonly Stretch[]): number {
  let shared = 0;
  let [i, j] = [0, 0];
  for (let a = first[i], b = second[j]; a !== undefined && b !== undefined; a = first[i], b = second[j]) {
    shared += Math.max(0, Math.min(a.end, b.end) - Math.max(a.start, b.start));
    if (a.end <= b.end) i += 1;
    if (b.end <= a.end) j += 1;
  }
  return shared;
}

/**
 * Matches by any overlap, one to one. Spans that no chain of overlaps connects are matched apart from each other, so that a document of
 * thousands costs little more than its chains.
 */
function overlapHitsOf({ own, other }: Group): number {
  const all = [
    ...own.map((span) => ({ span, isOwn: true })),
    ...other.map((span) => ({ span, isOwn: false })),
  ];
  all.sort((a, b) => a.span.start - b.span.start);
  let hits = 0;
  let chain: Group = { own: [], other: [] };
  let reach = Number.NEGATIVE_INFINITY;
  for (const { span, isOwn } of all) {
    if (span.start >= reach) {
      hits += matchedOf(chain);
      chain = { own: [], other: [] };
    }
    (isOwn ? chain.own : chain.other).push(span);
    reach = Math.max(reach, span.end);
  }
  return hits + matchedOf(chain);
}

/** The most cells of one assignment; more would take minutes. */
const mostPairs = 25_000_000;

function matchedOf({ own, other }: Group): number {
  if (own.length === 0 || other.length === 0) return 0;
  if (own.length === 1 || other.length === 1) return 1;
  if (own.length * other.length > mostPairs) {
    throw new AppError({
      kind: 'limit',
      reason: 'too_many_spans',
      message: `Too many spans overlap one another in one document (${own.length} and ${other.length} in one chain); split the document.`,
    });
  }
  const shared = own.map((a) =>
    other.map((b) => Math.max(0, Math.min(a.end, b.end) - Math.max(a.start, b.start))),
  );
  // One more unit of overlap never outweighs one more match.
  const largest = shared.reduce((most, row) => row.reduce((more, length) => Math.max(more, length), most), 1);
  const pairs = Math.min(own.length, other.length);
  const costs = shared.map((row) =>
    row.map((length) => (length > 0 ? -(1 + length / (largest * (pairs + 1))) : 0)),
  );
  return assign(costs).filter(([row, column]) => (shared[row]?.[column] ?? 0) > 0).length;
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
