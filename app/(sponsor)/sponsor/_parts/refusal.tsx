import { callErrorData } from '#app/_trpc/query-client.ts';
import { DecisionNote, type DecisionNoteProps } from '#app/_ui/decision-note.tsx';

/** Why a call was refused: its one sentence, and each thing that would change it with the link that does it. */
export function Refusal({ error, title }: { error: unknown; title: string }) {
  if (error === null || error === undefined) return null;
  return (
    <div role="alert">
      <DecisionNote outcome="refused" title={title} {...refusalOf(error)} />
    </div>
  );
}

/** What a note says of a refused call: each thing that would change it, or else why. */
export function refusalOf(error: unknown): Pick<DecisionNoteProps, 'because' | 'changes'> {
  const data = callErrorData(error);
  const details = data?.details ?? [];
  if (details.length > 0)
    return { changes: details.map(({ message, href }) => ({ says: message, href, linkLabel: 'Go there' })) };
  return {
    because:
      data === null
        ? 'Readroom could not be reached. Nothing was changed; try again.'
        : (error as Error).message,
  };
}
