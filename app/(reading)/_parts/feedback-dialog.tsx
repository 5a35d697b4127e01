'use client';

import { Check, X } from 'lucide-react';
import { Button } from '#app/_ui/button.tsx';
import { Dialog } from '#app/_ui/dialog.tsx';
import type { Feedback } from '#app/(reading)/_session/reading-types.ts';
import type { LabelSchema } from '#server/protocols/schemas.ts';
import { answerWords } from './reads-side-by-side.tsx';

/** After a training case: what one said, what is right, and why. Enter goes on. */
export function FeedbackDialog({
  feedback,
  schema,
  onClose,
}: {
  feedback: Feedback;
  schema: LabelSchema;
  onClose: () => void;
}) {
  const right = feedback.fields.filter((one) => one.isRight).length;
  return (
    <Dialog
      open
      onOpenChange={onClose}
      size="sm"
      title={
        right === feedback.fields.length ? 'That was right' : `${right} of ${feedback.fields.length} right`
      }
      description="The case you have just read. In a training nothing counts against you."
    >
      <div className="flex flex-col gap-4">
        <ul className="flex flex-col gap-3">
          {feedback.fields.map((one) => {
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
                <div className="min-w-0">
                  <p className="font-medium">{field.label}</p>
                  <p className="text-ink-2 text-sm">
                    {one.isRight
                      ? expected
                      : `You said ${answerWords(field, one.given ?? undefined)}; right is ${expected}.`}
                  </p>
                </div>
              </li>
            );
          })}
        </ul>
        {feedback.rationale === null ? null : (
          <p className="prose-width text-ink-2 text-sm">Why: {feedback.rationale}</p>
        )}
        <div>
          <Button variant="primary" autoFocus onClick={onClose}>
            Go on
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
