import { Badge } from '#app/_ui/badge.tsx';
import { Button } from '#app/_ui/button.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { Field } from '#app/_ui/field.tsx';
import { Input } from '#app/_ui/input.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';
import { TextLink } from '#app/_ui/text-link.tsx';
import { DESK_REASONS, type DeskItem } from '#server/credentials/view-schemas.ts';
import { type DeskPlace, deskHref } from './desk-place.ts';
import { REASON_WORDS } from './why-here.tsx';

type DeskLineProps = {
  items: readonly DeskItem[];
  openId: string | null;
  place: DeskPlace;
  /** The line after which the next page begins; null on the last. */
  nextPage: string | null;
};

/** The line at the desk by pages, narrowed by words or by why something is here; any of it can be opened. */
export function DeskLine({ items, openId, place, nextPage }: DeskLineProps) {
  const isNarrowed = place.text !== '' || place.reason !== null;
  const nowhere = { ...place, credential: null };
  return (
    <nav aria-label="In line" className="flex flex-col gap-2">
      <h2 className="font-semibold text-sm">In line</h2>
      <form
        // A new place fills the fields anew.
        key={deskHref(nowhere)}
        action="/operator/credentials"
        className="grid grid-cols-[1fr_auto] items-end gap-2"
      >
        <Field label="Person, credential or number" name="q">
          <Input type="search" name="q" defaultValue={place.text} maxLength={120} />
        </Field>
        <Button type="submit">Find</Button>
        <Field label="Why it is here" name="reason" className="col-span-2">
          <NativeSelect name="reason" defaultValue={place.reason ?? ''}>
            <option value="">Any reason</option>
            {DESK_REASONS.map((reason) => (
              <option key={reason} value={reason}>
                {REASON_WORDS[reason]}
              </option>
            ))}
          </NativeSelect>
        </Field>
      </form>
      {items.length === 0 ? (
        <p className="border-line border-y py-3 text-ink-2 text-sm">
          Nothing that waits matches.{' '}
          <TextLink href="/operator/credentials">
            {isNarrowed ? 'Show the whole line' : 'Back to the beginning'}
          </TextLink>
        </p>
      ) : (
        <ul className="divide-y divide-line border-line border-y">
          {items.map((item) => (
            <li key={item.id}>
              <a
                href={deskHref({ ...place, credential: item.id })}
                aria-current={item.id === openId ? 'true' : undefined}
                className="flex min-h-11 items-center justify-between gap-2 py-1.5 hover:bg-hover aria-[current]:bg-selected sm:px-2"
              >
                <span className="min-w-0">
                  <span className="block truncate text-sm">{item.title}</span>
                  <span className="block truncate text-ink-3 text-xs">
                    {item.personName}, <DateTime at={item.waitingSince} format="short-day" />
                  </span>
                </span>
                <Badge tone={item.reason === 'dispute' ? 'attention' : 'neutral'}>
                  {REASON_WORDS[item.reason]}
                </Badge>
              </a>
            </li>
          ))}
        </ul>
      )}
      <p className="flex flex-wrap gap-x-4 gap-y-1 text-sm">
        {place.after === null ? null : (
          <TextLink href={deskHref({ ...nowhere, after: null })}>From the beginning</TextLink>
        )}
        {nextPage === null ? null : (
          <TextLink href={deskHref({ ...nowhere, after: nextPage })}>Next in line</TextLink>
        )}
        {isNarrowed && items.length > 0 ? <TextLink href="/operator/credentials">Whole line</TextLink> : null}
      </p>
    </nav>
  );
}
