import type { Metadata } from 'next';
import Link from 'next/link';
import { z } from 'zod';
import { loaded } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { cn } from '#app/_ui/cn.ts';
import { DateTime } from '#app/_ui/date-time.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { LinkButton } from '#app/_ui/link-button.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import { statusWords } from '#app/_ui/status-tone.ts';
import { countryName } from '#server/identity/countries.ts';

export const metadata: Metadata = { title: 'Organisations' };

const STATUSES = ['unverified', 'verified', 'refused', 'suspended'] as const;
const TAB_WORDS = { unverified: 'Waiting', verified: 'Verified', refused: 'Refused', suspended: 'Suspended' };
const query = z.object({
  status: z.enum(STATUSES).catch('unverified'),
  after: z.uuid().optional().catch(undefined),
});

type OrganisationsPageProps = { searchParams: Promise<Record<string, string | string[] | undefined>> };

/** Which organisations wait for the operator, oldest first. */
export default async function OrganisationsPage({ searchParams }: OrganisationsPageProps) {
  const { status, after } = query.parse(await searchParams);
  const { page, waiting } = await loaded(async (call) => ({
    page: await call.identity.organisations({ status, after, limit: 50 }),
    waiting: await call.identity.organisations({ status: 'unverified', limit: 1 }),
  }));
  const oldest = waiting.items[0];
  return (
    <>
      <PageHeader title="Organisations">
        <AnswerLine>
          {oldest === undefined ? (
            'No organisation waits for verification.'
          ) : (
            <>
              <strong>{waiting.total}</strong>{' '}
              {waiting.total === 1 ? 'organisation waits' : 'organisations wait'} for verification, the oldest
              since <DateTime at={oldest.createdAt} />.
            </>
          )}
        </AnswerLine>
      </PageHeader>
      <nav aria-label="State" className="mb-4 flex gap-4 overflow-x-auto border-line border-b">
        {STATUSES.map((one) => (
          <Link
            key={one}
            href={`/operator/organisations?status=${one}`}
            aria-current={one === status ? 'page' : undefined}
            className={cn(
              '-mb-px flex h-9 items-center border-b-2 font-medium text-sm focus-visible:outline-offset-[-2px]',
              one === status ? 'border-accent text-ink' : 'border-transparent text-ink-2 hover:text-ink',
            )}
          >
            {TAB_WORDS[one]}
          </Link>
        ))}
      </nav>
      {page.items.length === 0 ? (
        <EmptyState title={`No ${TAB_WORDS[status].toLowerCase()} organisations`}>
          {status === 'unverified'
            ? 'Sign-ups appear here, oldest first.'
            : 'They appear here once you have decided.'}
        </EmptyState>
      ) : (
        <ul className="divide-y divide-line border-line border-y">
          {page.items.map((org) => (
            <li key={org.id}>
              <Link
                href={`/operator/organisations/${org.id}`}
                className="flex min-h-11 flex-wrap items-center gap-x-4 gap-y-1 py-2 hover:bg-hover sm:px-2"
              >
                <span className="min-w-0 flex-1">
                  <span className="block truncate font-medium text-base">{org.legalName}</span>
                  <span className="block text-ink-3 text-sm">
                    {statusWords(org.kind)}, {countryName(org.country) ?? org.country}
                  </span>
                </span>
                <span className="text-ink-3 text-sm">
                  <DateTime at={org.createdAt} />
                </span>
                <StatusPill state={org.status} />
              </Link>
            </li>
          ))}
        </ul>
      )}
      {page.next === null ? null : (
        <LinkButton className="mt-4" href={`/operator/organisations?status=${status}&after=${page.next}`}>
          Next page
        </LinkButton>
      )}
    </>
  );
}
