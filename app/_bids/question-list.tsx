import type { ReactNode } from 'react';
import { DateTime } from '#app/_ui/date-time.tsx';

export type Question = {
  questionId: string;
  question: string;
  askedAt: Date;
  answer: string | null;
  answeredAt: Date | null;
  isMine?: boolean;
};

type QuestionListProps = {
  questions: readonly Question[];
  empty: string;
  /** What stands under a question that has no answer yet; "Not answered yet" without. */
  open?: ((question: Question) => ReactNode) | undefined;
};

/** Questions of bidders with their answers, in the order in which they were asked. */
export function QuestionList({ questions, empty, open }: QuestionListProps) {
  if (questions.length === 0) return <p className="text-ink-2 text-sm">{empty}</p>;
  return (
    <ol className="divide-y divide-line border-line border-y">
      {questions.map((one) => (
        <li key={one.questionId} className="flex flex-col gap-1 py-3">
          <p className="prose-width whitespace-pre-line font-medium text-base">{one.question}</p>
          <p className="text-ink-3 text-xs">
            <DateTime at={one.askedAt} format="minute" />
            {one.isMine ? ' · your question' : ''}
          </p>
          {one.answer === null ? (
            (open?.(one) ?? <p className="text-ink-2 text-sm">Not answered yet.</p>)
          ) : (
            <p className="prose-width whitespace-pre-line border-line-strong border-l-2 pl-3 text-base">
              {one.answer}
              {one.answeredAt ? (
                <span className="block text-ink-3 text-xs">
                  The sponsor, <DateTime at={one.answeredAt} format="minute" />
                </span>
              ) : null}
            </p>
          )}
        </li>
      ))}
    </ol>
  );
}
