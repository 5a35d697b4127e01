'use client';

import { useSyncExternalStore } from 'react';
import { formatInstant, type InstantStyle } from './format-instant.ts';

export type DateTimeProps = {
  /** An instant, as a Date or ISO text. */
  at: Date | string;
  format?: InstantStyle | undefined;
  /** The reader's zone when it is known on the server; otherwise the browser's own. */
  zone?: string | undefined;
  className?: string | undefined;
};

const never = () => () => {};

/** The reader's zone; UTC until the browser's is known. */
function useZone(): string {
  return useSyncExternalStore(
    never,
    () => Intl.DateTimeFormat().resolvedOptions().timeZone,
    () => 'UTC',
  );
}

/** An instant to the second in the reader's zone, for a name that has to be text, such as a button's. */
export function useInstantWords(at: Date): string {
  return formatInstant(at, 'second', useZone());
}

/** An instant in the reader's zone, with the zone and UTC on hover. Rendered in UTC until the browser's zone is known. */
export function DateTime({ at, format = 'minute', zone, className }: DateTimeProps) {
  const browserZone = useZone();
  const instant = typeof at === 'string' ? new Date(at) : at;
  const shownZone = zone ?? browserZone;
  return (
    <time
      dateTime={instant.toISOString()}
      title={`${formatInstant(instant, 'second', shownZone)} ${shownZone} · ${formatInstant(instant, 'second', 'UTC')} UTC`}
      className={className}
    >
      {formatInstant(instant, format, shownZone)}
    </time>
  );
}
