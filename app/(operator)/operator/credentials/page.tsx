import type { Metadata } from 'next';
import { loaded } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { Badge } from '#app/_ui/badge.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { SplitPane } from '#app/_ui/split-pane.tsx';
import type { DeskItem } from '#server/credentials/view-schemas.ts';
import { ClaimFacts } from './claim-facts.tsx';
import { NpiCheck, suggestionOf } from './npi-check.tsx';
import { VerificationForm } from './verification-form.tsx';
import { CheckHistory, REASON_WORDS, WhyHere } from './why-here.tsx';

export const metadata: Metadata = { title: 'Verification desk' };

type DeskProps = { searchParams: Promise<Record<string, string | string[] | undefined>> };

/** The next claim in line, oldest first, and what is behind it. A check should take two minutes. */
export default async function VerificationDeskPage({ searchParams }: DeskProps) {
  const [{ credential }, desk] = await Promise.all([searchParams, loaded((call) => call.credentials.desk())]);
  const next = desk.items.find((item) => item.id === credential) ?? desk.items[0];
  const npi =
    next?.kind === 'npi' ? await loaded((call) => call.registers.npiCheck({ credentialId: next.id })) : null;
  return (
    <>
      <PageHeader title="Verification desk">
        <AnswerLine>
          {next === undefined ? (
            'No credential waits to be checked.'
          ) : (
            <>
              <strong>{desk.waiting.toLocaleString('en')}</strong>{' '}
              {desk.waiting === 1 ? 'credential waits' : 'credentials wait'}, the oldest since{' '}
              <DateTime at={desk.items[0]?.waitingSince ?? next.waitingSince} />.
              {credential !== undefined && next.id !== credential
                ? ' The one you asked for has been checked or is further down; this is the next.'
                : null}
            </>
          )}
        </AnswerLine>
      </PageHeader>
      {next === undefined ? (
        <EmptyState title="The desk is clear">Claims appear here, oldest first.</EmptyState>
      ) : (
        <SplitPane
          aside={
            <nav aria-label="In line">
              <h2 className="mb-1 font-semibold text-sm">In line</h2>
              <ul className="divide-y divide-line border-line border-y">
                {shownOf(desk.items, next.id).map((item) => (
                  <li key={item.id}>
                    <a
                      href={`/operator/credentials?credential=${item.id}`}
                      aria-current={item.id === next.id ? 'true' : undefined}
                      className="flex min-h-11 items-center justify-between gap-2 py-1.5 hover:bg-hover aria-[current]:bg-selected sm:px-2"
                    >
                      <span className="min-w-0">
                        <span className="block truncate text-sm">{item.title}</span>
                        <span className="block truncate text-ink-3 text-xs">{item.personName}</span>
                      </span>
                      <Badge tone={item.reason === 'dispute' ? 'attention' : 'neutral'}>
                        {REASON_WORDS[item.reason]}
                      </Badge>
                    </a>
                  </li>
                ))}
              </ul>
              {desk.waiting > LINE ? (
                <p className="pt-2 text-ink-3 text-xs">
                  {(desk.waiting - LINE).toLocaleString('en')} more wait; they move up as these are done.
                </p>
              ) : null}
            </nav>
          }
          asideLabel="In line"
          width={320}
        >
          <section className="flex max-w-[720px] flex-col gap-6" aria-label="Next credential">
            <WhyHere item={next} />
            <ClaimFacts item={next} />
            {next.kind === 'npi' ? <NpiCheck credentialId={next.id} check={npi} /> : null}
            <VerificationForm
              key={`${next.id} ${npi?.checkedAt.toISOString() ?? ''}`}
              suggestion={suggestionOf(npi)}
              credentialId={next.id}
              issuer={next.issuer}
              status={next.status}
              today={new Date().toISOString().slice(0, 10)}
              nextId={followerOf(desk.items, next.id)}
            />
            <CheckHistory item={next} />
          </section>
        </SplitPane>
      )}
    </>
  );
}

/** How much of the line stands beside the claim. */
const LINE = 20;

/** The first of the line, and the one that is open wherever it stands. */
function shownOf(items: readonly DeskItem[], openId: string): DeskItem[] {
  return items.filter((item, at) => at < LINE || item.id === openId);
}

/** The line after this one, or the first of the others. */
function followerOf(items: readonly DeskItem[], id: string): string | undefined {
  const at = items.findIndex((item) => item.id === id);
  return (items[at + 1] ?? items.find((item) => item.id !== id))?.id;
}
