import { callErrorData } from '#app/_trpc/query-client.ts';
import { DecisionNote } from '#app/_ui/decision-note.tsx';

/** Why a call was refused: its one sentence, and each thing that would change it with the link that does it. */
export function Refusal({ error, title }: { error: unknown; title: string }) {
  if (error === null || error === undefined) return null;
  const data = callErrorData(error);
  const details = data?.details ?? [];
  const says =
    data === null
      ? 'Readroom could not be reached. Nothing was changed; try again.'
      : (error as Error).message;
  return (
    <div role="alert">
      <DecisionNote
        outcome="refused"
        title={title}
        {...(details.length > 0
          ? { changes: details.map(({ message, href }) => ({ says: message, href, linkLabel: 'Go there' })) }
          : { because: says })}
      />
    </div>
  );
}
