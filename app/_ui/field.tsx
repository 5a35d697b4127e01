'use client';

import { CircleAlert } from 'lucide-react';
import { createContext, type ReactNode, useContext, useId, useMemo } from 'react';
import { cn } from './cn.ts';
import { fieldId } from './field-id.ts';

type FieldLink = {
  id: string;
  labelId: string;
  describedBy: string | undefined;
  invalid: boolean;
  required: boolean;
};

const FieldContext = createContext<FieldLink | null>(null);

/** The attributes that tie a control to the label, hint and error of the `Field` around it. */
export function useFieldControl() {
  const field = useContext(FieldContext);
  if (field === null) return {};
  return {
    id: field.id,
    'aria-describedby': field.describedBy,
    'aria-invalid': field.invalid || undefined,
    'aria-required': field.required || undefined,
  };
}

/** The id of the label of the `Field` around, for groups, which a label can't point to by itself. */
export function useFieldLabelId(): string | undefined {
  return useContext(FieldContext)?.labelId;
}

export type FieldProps = {
  label: ReactNode;
  /** Form name: gives the control the id that `FormErrorSummary` links to. */
  name?: string | undefined;
  hint?: ReactNode;
  /** What is wrong and what to do; shown in place and tied to the control. */
  error?: string | undefined;
  required?: boolean | undefined;
  /** Says "optional" beside the label. */
  optional?: boolean | undefined;
  /** Hides the label from sight, not from screen readers. */
  labelHidden?: boolean | undefined;
  className?: string | undefined;
  children: ReactNode;
};

/** Label, hint and error around one control; the control inside picks up its id and descriptions by itself. */
export function Field({
  label,
  name,
  hint,
  error,
  required,
  optional,
  labelHidden,
  className,
  children,
}: FieldProps) {
  const generated = useId();
  const id = name === undefined ? generated : fieldId(name);
  const hintId = hint ? `${id}-hint` : undefined;
  const errorId = error ? `${id}-error` : undefined;
  const describedBy = [hintId, errorId].filter(Boolean).join(' ') || undefined;
  const link = useMemo(
    () => ({ id, labelId: `${id}-label`, describedBy, invalid: Boolean(error), required: Boolean(required) }),
    [id, describedBy, error, required],
  );
  return (
    <div className={cn('flex flex-col gap-1', className)}>
      <label
        id={`${id}-label`}
        htmlFor={id}
        className={cn('font-medium text-ink text-sm', labelHidden && 'sr-only')}
      >
        {label}
        {optional ? <span className="ml-1 font-normal text-ink-3">(optional)</span> : null}
      </label>
      {hint ? (
        <div id={hintId} className="prose-width text-ink-3 text-xs">
          {hint}
        </div>
      ) : null}
      <FieldContext value={link}>{children}</FieldContext>
      {error ? (
        <p id={errorId} className="flex items-start gap-1 text-critical-ink text-xs">
          <CircleAlert aria-hidden className="mt-px size-3.5 shrink-0" />
          <span>{error}</span>
        </p>
      ) : null}
    </div>
  );
}
