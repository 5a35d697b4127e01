import type { PageRefusal } from '#app/_trpc/server.ts';
import { DecisionNote } from '#app/_ui/decision-note.tsx';

/** R15: what the readers of a pilot have answered stays closed while a pilot of its call is read; why, until when and where it is decided. */
export function PilotWithheld({ refusal }: { refusal: PageRefusal }) {
  return (
    <DecisionNote
      className="mb-6 max-w-[720px]"
      outcome="refused"
      title="What was read is not shown yet."
      because={refusal.message}
      changes={
        refusal.href === undefined
          ? []
          : [
              {
                says: 'Close what has been read enough, or wait until its time is up.',
                href: refusal.href,
                linkLabel: refusal.href.endsWith('/pilots') ? 'Open the pilots' : 'Open the batches',
              },
            ]
      }
    />
  );
}
