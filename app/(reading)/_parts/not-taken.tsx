'use client';

import { Button } from '#app/_ui/button.tsx';
import type { ReadingSession } from '#app/(reading)/_session/reading-session.ts';
import type { NotTaken } from '#app/(reading)/_session/reading-state.ts';
import type { LabelSchema } from '#server/protocols/schemas.ts';
import { answerWords } from './reads-side-by-side.tsx';

/** What the server took neither as work nor as a draft. It stays here, and on a device that takes it, until the person has seen it. */
export function NotTakenList({ session, items }: { session: ReadingSession; items: readonly NotTaken[] }) {
  if (items.length === 0) return null;
  return (
    <section
      aria-label="Not taken"
      className="flex max-h-[45%] min-h-0 flex-col gap-3 overflow-y-auto border-line border-b px-4 py-3 text-sm"
    >
      {items.map((one) => (
        <div key={one.key} className="flex flex-col gap-2">
          <p className="text-attention-ink">Not taken: {one.message}</p>
          <p className="text-ink-3 text-xs">You had put down:</p>
          <dl className="grid grid-cols-[max-content_1fr] gap-x-3 gap-y-0.5">
            {wordsOf(session.schema, one.work).map(({ key, name, said }) => (
              <div key={key} className="contents">
                <dt className="text-ink-2">{name}</dt>
                <dd className="min-w-0 whitespace-pre-wrap break-words">{said}</dd>
              </div>
            ))}
          </dl>
          <Button size="sm" className="self-start" onClick={() => session.seen(one.key)}>
            Remove it, I have seen it
          </Button>
        </div>
      ))}
    </section>
  );
}

function wordsOf(schema: LabelSchema, work: NotTaken['work']): { key: string; name: string; said: string }[] {
  const { answers, confidence, rationale, decisions, check } = work;
  const lines = schema.fields
    .filter((field) => answers[field.key] !== undefined)
    .map((field) => ({
      key: `answer ${field.key}`,
      name: field.label,
      said: answerWords(field, answers[field.key]),
    }));
  Object.entries(decisions).forEach(([labelId, { outcome, comment }], index) => {
    const said = [outcome.replaceAll('_', ' '), comment].filter((word) => word !== '').join(': ');
    lines.push({ key: labelId, name: `Read ${index + 1}`, said });
  });
  if (check.outcome !== null) lines.push({ key: 'check', name: 'Final label', said: check.outcome });
  if (rationale !== '') lines.push({ key: 'rationale', name: 'Why', said: rationale });
  if (confidence !== null) lines.push({ key: 'confidence', name: 'How sure', said: `${confidence} of 5` });
  return lines;
}
