import type { Metadata } from 'next';
import { loaded } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { SplitPane } from '#app/_ui/split-pane.tsx';
import { ClaimFacts } from './claim-facts.tsx';
import { DeskLine } from './desk-line.tsx';
import { deskHref, readPlace } from './desk-place.ts';
import { NpiCheck, suggestionOf } from './npi-check.tsx';
import { VerificationForm } from './verification-form.tsx';
import { CheckHistory, WhyHere } from './why-here.tsx';

export const metadata: Metadata = { title: 'Verification desk' };

type DeskProps = { searchParams: Promise<Record<string, string | string[] | undefined>> };

/** The next claim in line, oldest first, or the one asked for, and what is behind it. A check should take two minutes. */
export default async function VerificationDeskPage({ searchParams }: DeskProps) {
  const place = readPlace(await searchParams);
  const { credential, ...filter } = place;
  const desk = await loaded((call) => call.credentials.desk({ ...filter, open: credential }));
  const next = desk.opened ?? desk.items[0];
  const npi =
    next?.kind === 'npi' ? await loaded((call) => call.registers.npiCheck({ credentialId: next.id })) : null;
  return (
    <>
      <PageHeader title="Verification desk">
        <AnswerLine>
          {desk.oldest === null ? (
            'No credential waits to be checked.'
          ) : (
            <>
              <strong>{desk.waiting.toLocaleString('en')}</strong>{' '}
              {desk.waiting === 1 ? 'credential waits' : 'credentials wait'}, the oldest since{' '}
              <DateTime at={desk.oldest} />.
              {credential !== null && desk.opened === null
                ? ' The one you asked for does not wait any longer; this is the next.'
                : null}
            </>
          )}
        </AnswerLine>
      </PageHeader>
      {desk.waiting === 0 ? (
        <EmptyState title="The desk is clear">Claims appear here, oldest first.</EmptyState>
      ) : (
        <SplitPane
          aside={<DeskLine items={desk.items} openId={next?.id ?? null} place={place} nextPage={desk.next} />}
          asideLabel="In line"
          width={320}
        >
          {next === undefined ? (
            <EmptyState title="Nothing to open here">Choose something else in the line.</EmptyState>
          ) : (
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
                nextHref={deskHref({ ...place, credential: followerOf(desk.items, next.id) })}
              />
              <CheckHistory item={next} />
            </section>
          )}
        </SplitPane>
      )}
    </>
  );
}

/** The line after this one, or the first of the others. */
function followerOf(items: readonly { id: string }[], id: string): string | null {
  const at = items.findIndex((item) => item.id === id);
  return (items[at + 1] ?? items.find((item) => item.id !== id))?.id ?? null;
}
