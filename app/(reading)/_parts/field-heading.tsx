import { CircleAlert } from 'lucide-react';

/** Name of a field, whether it must be answered, and what is wrong with the answer. */
export function FieldHeading({
  id,
  label,
  isNeeded,
  isActive,
}: {
  id: string;
  label: string;
  isNeeded: boolean;
  isActive: boolean;
}) {
  return (
    <span id={id} className="flex items-baseline justify-between gap-2 text-sm">
      <span className={isActive ? 'font-semibold text-ink' : 'font-medium text-ink-2'}>{label}</span>
      <span className="text-ink-3 text-xs">{isNeeded ? null : 'optional'}</span>
    </span>
  );
}

/** The fault of a field, in its place. */
export function FieldFault({ id, message }: { id: string; message: string | undefined }) {
  if (message === undefined) return null;
  return (
    <p id={id} className="flex items-start gap-1 text-critical-ink text-xs">
      <CircleAlert aria-hidden className="mt-px size-3.5 shrink-0" />
      <span>{message}</span>
    </p>
  );
}
