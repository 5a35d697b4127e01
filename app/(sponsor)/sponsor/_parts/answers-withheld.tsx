import type { PageRefusal } from '#app/_trpc/server.ts';
import { DecisionNote } from '#app/_ui/decision-note.tsx';

/**
 * R7, R15: what the readers of a pilot have answered stays closed while a pilot of its call is read, and what a panel has while it
 * reads; why, until when and where it is decided.
 */
export function AnswersWithheld({ refusal: { reason, message, href } }: { refusal: PageRefusal }) {
  const change =
    reason === 'panel_reading'
      ? {
          says: 'Close the batch when it has been read enough, or wait for its readers.',
          linkLabel: 'Open the batch',
        }
      : {
          says: 'Close what has been read enough, or wait until its time is up.',
          linkLabel: href?.endsWith('/pilots') ? 'Open the pilots' : 'Open the batches',
        };
  return (
    <DecisionNote
      className="mb-6 max-w-[720px]"
      outcome="refused"
      title="What was read is not shown yet."
      because={message}
      changes={href === undefined ? [] : [{ ...change, href }]}
    />
  );
}
