'use client';

import { Check, X } from 'lucide-react';
import { Button } from '#app/_ui/button.tsx';
import { Kbd } from '#app/_ui/kbd.tsx';
import type { Lesson } from '#app/(reading)/_session/reading-state.ts';
import type { Feedback } from '#app/(reading)/_session/reading-types.ts';
import type { LabelSchema } from '#server/protocols/schemas.ts';
import { answerWords } from './reads-side-by-side.tsx';

/** After a training case, beside it: what one said, what is right, and why. Enter goes on. */
export function LessonPanel({
  lesson,
  schema,
  isOnline,
  onClose,
}: {
  lesson: Lesson;
  schema: LabelSchema;
  isOnline: boolean;
  onClose: () => void;
}) {
  const { answer } = lesson;
  if (answer === null)
    return (
      <p role="status" className="p-4 text-ink-2 text-sm">
        {isOnline
          ? 'Looking up what is right …'
          : 'No connection. Your answers are kept on this device; what is right is shown once they are sent.'}
      </p>
    );
  const right = answer.fields.filter((one) => one.isRight).length;
  const isAllRight = right === answer.fields.length;
  return (
    <section aria-labelledby="lesson" className="flex min-h-0 flex-1 flex-col">
      <div className="flex min-h-0 flex-1 flex-col gap-4 overflow-y-auto px-4 py-4" role="status">
        <div>
          <h2 id="lesson" className="font-semibold text-lg">
            {isAllRight
              ? 'That was right'
              : right === 0
                ? 'That was not right'
                : `${right} of ${answer.fields.length} right`}
          </h2>
          <p className="text-ink-3 text-sm">In a training nothing counts against you.</p>
        </div>
        <Answers answer={answer} schema={schema} />
        {answer.rationale === null ? null : (
          <div className="border-line border-t pt-3">
            <h3 className="font-medium text-sm">Why</h3>
            <p className="prose-width whitespace-pre-wrap text-ink-2 text-sm">{answer.rationale}</p>
          </div>
        )}
      </div>
      <div className="border-line border-t px-4 py-3">
        <Button variant="primary" size="lg" className="w-full justify-between" autoFocus onClick={onClose}>
          Go on <Kbd className="border-transparent bg-transparent text-on-accent">Enter</Kbd>
        </Button>
      </div>
    </section>
  );
}

function Answers({ answer, schema }: { answer: Feedback; schema: LabelSchema }) {
  return (
    <ul className="flex flex-col gap-3">
      {answer.fields.map((one) => {
        const field = schema.fields.find((each) => each.key === one.key);
        if (field === undefined) return null;
        const expected = one.expected.map((value) => answerWords(field, value)).join(' or ');
        return (
          <li key={one.key} className="flex gap-2">
            {one.isRight ? (
              <Check aria-label="Right" className="mt-0.5 size-4 shrink-0 text-good" />
            ) : (
              <X aria-label="Not right" className="mt-0.5 size-4 shrink-0 text-critical" />
            )}
            <dl className="grid min-w-0 grid-cols-[max-content_1fr] gap-x-3 text-sm">
              <dt className="col-span-2 font-medium text-base">{field.label}</dt>
              {one.isRight ? null : (
                <>
                  <dt className="text-ink-3">You said</dt>
                  <dd>{answerWords(field, one.given ?? undefined)}</dd>
                </>
              )}
              <dt className="text-ink-3">Right is</dt>
              <dd className="font-medium">{expected}</dd>
            </dl>
          </li>
        );
      })}
    </ul>
  );
}
