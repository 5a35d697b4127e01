import type { ErrorDetail } from '#server/core/errors.ts';
import { sayDay } from '#server/notifications/say-day.ts';
import type { GateFacts } from './gate-facts.ts';
import { refusal } from './gate-words.ts';

/** What the data set shows, by the subject of an `evidence` rule; none is evidence of de-identification. */
const WHAT: Record<string, string> = {
  licence: 'licence',
  source: 'agreement with the source',
  source_if_any: 'agreement with the source',
};

/**
 * Evidence of the data set that is missing or has run out (R18); it counts until the end of its last day. Protected health
 * information need not have an agreement with its source here, because the agreements of the chain carry it (`source_if_any`); one that
 * is recorded and over closes it all the same.
 */
export function evidenceReasons({ dataset, today }: GateFacts, subject: string): ErrorDetail[] {
  const what = WHAT[subject] ?? 'evidence of de-identification';
  if (dataset.evidence === null || dataset.evidence.kind === 'none') {
    if (subject === 'source_if_any') return [];
    return [
      refusal('gate.evidence_missing', `The data set has no ${what}.`, { change: 'The sponsor records it.' }),
    ];
  }
  if (dataset.evidenceExpiresOn !== null && dataset.evidenceExpiresOn < today) {
    return [
      refusal(
        'gate.evidence_expired',
        `The ${what} (${dataset.evidence.kind.replaceAll('_', ' ')}, ${dataset.evidence.reference || 'no reference'}) ended on ${sayDay(dataset.evidenceExpiresOn)}.`,
        { change: 'The sponsor renews it.' },
      ),
    ];
  }
  return [];
}
