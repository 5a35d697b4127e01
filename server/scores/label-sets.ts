import { masiDistance } from '#server/quality/multi-label-alpha.ts';
import type { CustomDifference } from '#server/quality/scale-differences.ts';

const NONE = '(none)';
const JOIN = ' + ';

/** A set of labels as the text that is compared and shown. */
export function setText(labels: readonly string[]): string {
  return labels.length === 0 ? NONE : [...labels].sort().join(JOIN);
}

/** The labels of such a text. */
export function labelsOf(text: string): string[] {
  return text === NONE ? [] : text.split(JOIN);
}

/** MASI distance between the sets that two categories stand for. */
export function setDistance(categories: readonly string[]): CustomDifference {
  const sets = categories.map((category) => new Set(labelsOf(category)));
  const none: ReadonlySet<string> = new Set();
  return (left, right) => masiDistance(sets[left] ?? none, sets[right] ?? none);
}
