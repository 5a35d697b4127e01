import type { Change } from '#server/core/errors.ts';
import { TextLink } from './text-link.tsx';

/** What would change a refusal, with the page for it where it is the person's own to do. */
export function ReasonChange({ change }: { change: Loose<Change> | undefined }) {
  if (change === undefined) return null;
  const { says, href, link = 'Open it' } = change;
  return (
    <>
      {says} {href === undefined ? null : <TextLink href={href}>{link}</TextLink>}
    </>
  );
}

/** As it comes over the wire, where what is left out may be undefined. */
type Loose<T> = { [K in keyof T]: T[K] | undefined } & Pick<T, keyof T & 'says'>;
