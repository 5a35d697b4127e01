'use client';

import { choose, nextMissing, withAnswer } from '#app/(reading)/_session/choices.ts';
import type { Fault } from '#app/(reading)/_session/reading-types.ts';
import { isRequired } from '#server/protocols/rules.ts';
import type { Answers, LabelSchema } from '#server/protocols/schemas.ts';
import { ChoiceField } from './choice-field.tsx';
import { ValueField } from './value-field.tsx';

export type AnswerFormProps = {
  schema: LabelSchema;
  answers: Answers;
  faults: readonly Fault[];
  /** The field that number keys answer. */
  active: string | null;
  onActive: (key: string) => void;
  onAnswers: (answers: Answers) => void;
};

/** The fields of the protocol in its order; all are always there, so that nothing moves while answering. */
export function AnswerForm({ schema, answers, faults, active, onActive, onAnswers }: AnswerFormProps) {
  return (
    <div className="flex flex-col gap-4">
      {schema.fields.map((field) => {
        const shared = {
          field,
          answer: answers[field.key],
          isActive: active === field.key,
          isNeeded: isRequired(schema, field, answers),
          error: faults.find((fault) => fault.path === field.key)?.message,
          onActive: () => onActive(field.key),
        };
        const isTyped = field.type === 'number' || field.type === 'text';
        return isTyped ? (
          <ValueField
            key={field.key}
            {...shared}
            onAnswer={(value) => onAnswers(withAnswer(answers, field.key, value))}
          />
        ) : (
          <ChoiceField
            key={field.key}
            {...shared}
            onChoose={(choice) => {
              const after = choose(field, answers, choice);
              onAnswers(after);
              const isDone = field.type !== 'multi_label' && after[field.key] !== undefined;
              onActive((isDone ? nextMissing(schema, after, field.key) : null) ?? field.key);
            }}
          />
        );
      })}
    </div>
  );
}
