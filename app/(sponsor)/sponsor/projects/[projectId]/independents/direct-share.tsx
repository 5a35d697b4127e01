import { formatInstant } from '#app/_ui/format-instant.ts';
import { Money } from '#app/_ui/money.tsx';
import { ProgressBar } from '#app/_ui/progress-bar.tsx';
import { TextLink } from '#app/_ui/text-link.tsx';
import { counted } from '#app/(sponsor)/sponsor/_parts/figure-words.ts';
import { Section } from '#app/(sponsor)/sponsor/_parts/section.tsx';
import type { DirectShareView } from '#server/staffing/offer-schemas.ts';

type DirectSharePartProps = { share: DirectShareView; projectId: string };

/** The share of the work that goes to people on their own account (R17): what it holds, who has taken it on, what is unfilled. */
export function DirectSharePart({ share, projectId }: DirectSharePartProps) {
  const { accepted, waiting, currency } = share;
  return (
    <Section title="The direct share" says={unfilledWords(share)}>
      <div className="flex flex-col gap-3">
        {share.neededPerWeek === null || share.neededPerWeek === 0 ? null : (
          <ProgressBar
            label="Taken on, reads a week"
            done={Math.min(accepted.readsPerWeek, share.neededPerWeek)}
            total={share.neededPerWeek}
            unit="reads"
          />
        )}
        <dl className="divide-y divide-line border-line border-y text-sm">
          <Row name="Share of the work">
            {share.shareBasisPoints / 100} %, {counted(share.shareReads, 'read')} at{' '}
            <Money amountMinor={share.pricePerReadMinor} currency={currency} />
          </Row>
          <Row name="In batches that were opened">
            {counted(share.placed, 'read')}, {share.read.toLocaleString('en')} of them read
          </Row>
          <Row name="Accepted">
            {counted(accepted.people, 'person', 'people')}, {counted(accepted.readsPerWeek, 'read')} a week
            {share.weeksAtPace === null || share.left === 0 ? null : (
              <>, done in {counted(share.weeksAtPace, 'week')} at that pace</>
            )}
          </Row>
          <Row name="Offered, not answered yet">
            {counted(waiting.people, 'person', 'people')}, {counted(waiting.readsPerWeek, 'read')} a week
          </Row>
        </dl>
        <p className="text-ink-3 text-sm">
          A batch keeps this share apart: choose it under{' '}
          <TextLink href={`/sponsor/projects/${projectId}/batches/new`}>Create batch</TextLink>. Vendors’
          people cannot take its reads, nor these people theirs.
        </p>
      </div>
    </Section>
  );
}

/** A calendar day in words: 28 Dec 2026. */
const dayWords = (day: string) => formatInstant(new Date(`${day}T00:00:00Z`), 'day', 'UTC');

/** One sentence that says what is missing. */
function unfilledWords(share: DirectShareView): string {
  if (share.left === 0 && share.shareReads > 0) return 'All of it is read.';
  if (share.neededPerWeek === null || share.unfilledPerWeek === null)
    return `The deadline, ${dayWords(share.deadline)}, has passed with ${counted(share.left, 'read')} left.`;
  const needed = `${counted(share.neededPerWeek, 'read')} a week are needed until ${dayWords(share.deadline)}`;
  if (share.unfilledPerWeek === 0) return `Filled: ${needed}, and people have taken that on.`;
  const open = share.openPerWeek ?? 0;
  return `${needed}; ${counted(share.unfilledPerWeek, 'read')} of them nobody has taken on${
    open < share.unfilledPerWeek ? `, ${open.toLocaleString('en')} if all offers are accepted` : ''
  }.`;
}

function Row({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div className="flex flex-wrap justify-between gap-x-4 gap-y-0.5 py-2">
      <dt className="text-ink-2">{name}</dt>
      <dd className="tabular-nums">{children}</dd>
    </div>
  );
}
