'use client';

import { useEffect, useRef } from 'react';
import { fieldId } from './field-id.ts';

export type FormProblem = {
  /** The field's form name; leave out when the whole form is meant. */
  name?: string | undefined;
  message: string;
};

export type FormErrorSummaryProps = { problems: readonly FormProblem[]; title?: string | undefined };

/**
 * The list of what is wrong at the top of a form, each line leading to its field. It takes focus when it
 * appears or changes, so that nobody has to hunt for the reason why nothing happened.
 */
export function FormErrorSummary({ problems, title }: FormErrorSummaryProps) {
  const box = useRef<HTMLDivElement>(null);
  const signature = problems.map((problem) => `${problem.name}:${problem.message}`).join('|');
  useEffect(() => {
    if (signature !== '') box.current?.focus();
  }, [signature]);
  if (problems.length === 0) return null;
  return (
    <div
      ref={box}
      role="alert"
      tabIndex={-1}
      className="rounded-lg border border-critical bg-critical-soft p-4 text-critical-ink"
    >
      <h2 className="font-semibold text-sm">
        {title ?? (problems.length === 1 ? 'One thing to correct' : `${problems.length} things to correct`)}
      </h2>
      <ul className="mt-1 flex list-disc flex-col gap-0.5 pl-5 text-sm">
        {problems.map((problem) => (
          <li key={`${problem.name ?? ''}-${problem.message}`}>
            {problem.name === undefined ? (
              problem.message
            ) : (
              <a
                href={`#${fieldId(problem.name)}`}
                onClick={(event) => {
                  event.preventDefault();
                  const control = document.getElementById(fieldId(problem.name ?? ''));
                  control?.scrollIntoView({ block: 'center' });
                  control?.focus({ preventScroll: true });
                }}
                className="inline-block rounded-sm py-0.5 align-top underline underline-offset-2"
              >
                {problem.message}
              </a>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
