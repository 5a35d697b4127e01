'use client';

import { Check } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { cn } from '#app/_ui/cn.ts';
import { type Choice, choicesOf, isChosen, keyOfChoice } from '#app/(reading)/_session/choices.ts';
import type { AnswerValue, LabelField } from '#server/protocols/schemas.ts';
import { FieldFault, FieldHeading } from './field-heading.tsx';

export type ChoiceFieldProps = {
  field: LabelField;
  answer: AnswerValue | undefined;
  isActive: boolean;
  isNeeded: boolean;
  error: string | undefined;
  onActive: () => void;
  onChoose: (choice: Choice) => void;
};

/** Choices with their number keys. Keys act on the active field; the other fields keep the room for theirs. */
export function ChoiceField(props: ChoiceFieldProps) {
  const { field, answer, isActive, isNeeded, error, onActive, onChoose } = props;
  const id = `field-${field.key}`;
  const group = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (isActive) group.current?.scrollIntoView({ block: 'nearest' });
  }, [isActive]);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out as a column in every browser
    <div
      ref={group}
      role="group"
      aria-labelledby={id}
      aria-describedby={error === undefined ? undefined : `${id}-fault`}
      className={cn(
        'flex flex-col gap-1 border-l-2 pl-3',
        isActive ? 'border-accent-ink' : 'border-transparent',
      )}
    >
      <FieldHeading id={id} label={field.label} isNeeded={isNeeded} isActive={isActive} />
      <div className="flex flex-col gap-1">
        {choicesOf(field).map((choice, index) => (
          <ChoiceButton
            key={String(choice.value)}
            choice={choice}
            shortcut={isActive ? keyOfChoice(index) : null}
            isChosen={isChosen(answer, choice)}
            isSeveral={field.type === 'multi_label'}
            onFocus={onActive}
            onChoose={() => onChoose(choice)}
          />
        ))}
      </div>
      <FieldFault id={`${id}-fault`} message={error} />
    </div>
  );
}

function ChoiceButton({
  choice,
  shortcut,
  isChosen: isOn,
  isSeveral,
  onFocus,
  onChoose,
}: {
  choice: Choice;
  shortcut: string | null;
  isChosen: boolean;
  isSeveral: boolean;
  onFocus: () => void;
  onChoose: () => void;
}) {
  return (
    <button
      type="button"
      data-choice
      aria-pressed={isOn}
      title={choice.definition}
      onFocus={onFocus}
      onClick={onChoose}
      className={cn(
        'flex min-h-8 items-center gap-2 rounded-md border px-2 py-1 text-left text-sm',
        isOn
          ? 'border-accent-ink bg-selected font-medium text-ink'
          : 'border-line-strong text-ink-2 hover:bg-hover',
      )}
    >
      <span aria-hidden className="w-4 shrink-0 text-center text-ink-3 text-xs">
        {shortcut}
      </span>
      <span className="min-w-0 flex-1 break-words">{choice.label}</span>
      <Check
        aria-hidden
        className={cn('size-4 shrink-0', isOn ? 'text-accent-ink' : 'invisible', isSeveral && 'rounded-sm')}
      />
    </button>
  );
}
