'use client';

import { useEffect, useRef, useState } from 'react';
import { cn } from '#app/_ui/cn.ts';
import { controlStyle } from '#app/_ui/input.tsx';
import { parseAnswer } from '#server/protocols/rules.ts';
import type { AnswerValue, LabelField } from '#server/protocols/schemas.ts';
import { FieldFault, FieldHeading } from './field-heading.tsx';

export type ValueFieldProps = {
  field: LabelField;
  answer: AnswerValue | undefined;
  isActive: boolean;
  isNeeded: boolean;
  error: string | undefined;
  onActive: () => void;
  onAnswer: (value: AnswerValue | undefined) => void;
};

/** A number in its unit, or text. Takes the cursor when the keyboard reaches it; Escape gives the keys back. */
export function ValueField(props: ValueFieldProps) {
  const { field, answer, isActive, isNeeded, error, onActive, onAnswer } = props;
  // What is typed is kept as typed: "1." is on its way to "1.5".
  const [typed, setTyped] = useState(answer === undefined ? '' : String(answer));
  const box = useRef<HTMLInputElement & HTMLTextAreaElement>(null);
  const id = `field-${field.key}`;
  useEffect(() => {
    // Leaving gives the number keys back to the choices.
    if (!isActive) return box.current?.blur();
    box.current?.focus({ preventScroll: true });
    box.current?.scrollIntoView({ block: 'nearest' });
  }, [isActive]);
  const shared = {
    ref: box,
    value: typed,
    'aria-labelledby': id,
    'aria-describedby': error === undefined ? undefined : `${id}-fault`,
    'aria-invalid': error !== undefined,
    onFocus: onActive,
    onChange: (event: { target: { value: string } }) => {
      const text = event.target.value;
      setTyped(text);
      onAnswer(field.type === 'number' ? parseAnswer(field, text) : text === '' ? undefined : text);
    },
  };
  return (
    <div
      className={cn(
        'flex flex-col gap-1 border-l-2 pl-3',
        isActive ? 'border-accent-ink' : 'border-transparent',
      )}
    >
      <FieldHeading id={id} label={field.label} isNeeded={isNeeded} isActive={isActive} />
      {field.type === 'number' ? (
        <span className="flex items-center gap-2">
          <input {...shared} inputMode="decimal" className={cn(controlStyle, 'h-8 max-w-32 text-right')} />
          <span className="text-ink-3 text-sm">{limits(field)}</span>
        </span>
      ) : (
        <textarea
          {...shared}
          rows={2}
          maxLength={field.maxLength ?? 20_000}
          className={cn(controlStyle, 'field-sizing-content max-h-48 min-h-14 resize-y py-1.5')}
        />
      )}
      <FieldFault id={`${id}-fault`} message={error} />
    </div>
  );
}

function limits({ unit = '', min, max }: LabelField): string {
  if (min !== undefined && max !== undefined) return `${unit} (${min} to ${max})`.trim();
  if (min !== undefined) return `${unit} (from ${min})`.trim();
  return max === undefined ? unit : `${unit} (up to ${max})`.trim();
}
