import type { Metadata } from 'next';
import { loaded } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { Money } from '#app/_ui/money.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import { Section } from '#app/(sponsor)/sponsor/_parts/section.tsx';
import { loadProject } from '#app/(sponsor)/sponsor/projects/[projectId]/load-project.ts';
import { formatMinor } from '#server/core/money.ts';
import { DirectSharePart } from './direct-share.tsx';
import { FittingList } from './fitting-list.tsx';
import { OfferWork } from './offer-work.tsx';
import { WithdrawOffer } from './withdraw-offer.tsx';

export const metadata: Metadata = { title: 'Independents' };

type IndependentsProps = { params: Promise<{ projectId: string }> };

/** People on their own account (R17): who fits, who asked, who was offered what, and what became of it. */
export default async function IndependentsPage({ params }: IndependentsProps) {
  const { projectId } = await params;
  const { project } = await loadProject(projectId);
  const { offers, candidates, share } = await loaded(async (call) => ({
    offers: await call.staffing.offers({ projectId }),
    candidates: await call.matching.candidates({ projectId, limit: 100 }),
    share: await call.staffing.directShare({ projectId }),
  }));
  const price =
    share === null ? '' : formatMinor({ amountMinor: share.pricePerReadMinor, currency: share.currency });
  const live = new Set(
    offers.filter((one) => one.status === 'applied' || one.status === 'offered').map((one) => one.orgId),
  );
  const engaged = new Set(offers.filter((one) => one.status === 'accepted').map((one) => one.orgId));
  const fitting = candidates.filter(
    (one) =>
      one.kind === 'independent' && one.score !== null && !live.has(one.orgId) && !engaged.has(one.orgId),
  );
  const asked = offers.filter((one) => one.status === 'applied').length;
  return (
    <>
      <PageHeader title="Independents">
        <AnswerLine>
          {asked > 0 ? (
            <>
              <strong>{asked}</strong> {asked === 1 ? 'reader asks' : 'readers ask'} for work;{' '}
            </>
          ) : null}
          {engaged.size} engaged, {fitting.length} more fit.
        </AnswerLine>
      </PageHeader>
      <div className="flex max-w-[960px] flex-col gap-8">
        {share === null ? null : <DirectSharePart share={share} projectId={projectId} />}
        <Section
          title="Offers and applications"
          says="Accepted, a person signs their own agreements, takes the paid exam where a batch asks for one, and reads; your batches must pay what was offered."
        >
          {offers.length === 0 ? (
            <EmptyState title="Nobody has asked or been offered yet">
              Readers on their own account can ask for work once the call is open.
            </EmptyState>
          ) : (
            <ul className="divide-y divide-line border-line border-y">
              {offers.toSorted(askedFirst).map((one) => (
                <li key={one.id} className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2 py-3">
                  <div className="min-w-0 flex-1 basis-64">
                    <p className="font-medium">{one.name}</p>
                    <p className="text-ink-2 text-sm">
                      {one.pricePerReadMinor === null || one.currency === null ? (
                        <>
                          asked <DateTime at={one.createdAt} format="day" />
                        </>
                      ) : (
                        <>
                          <Money amountMinor={one.pricePerReadMinor} currency={one.currency} /> a read,{' '}
                          {one.readsPerWeek} a week
                          {one.status === 'offered' && one.expiresAt !== null ? (
                            <>
                              ; holds until <DateTime at={one.expiresAt} format="day" />
                            </>
                          ) : null}
                        </>
                      )}
                    </p>
                    {one.statement === null ? null : (
                      <p className="prose-width mt-1 border-line-strong border-l-2 pl-3 text-sm">
                        {one.statement}
                      </p>
                    )}
                  </div>
                  <div className="flex flex-wrap items-center gap-2">
                    <StatusPill state={one.status} />
                    {one.status === 'applied' ? (
                      <OfferWork projectId={projectId} to={[one]} currency={project.currency} price={price} />
                    ) : null}
                    {one.status === 'applied' || one.status === 'offered' ? (
                      <WithdrawOffer offerId={one.id} isApplication={one.status === 'applied'} />
                    ) : null}
                  </div>
                </li>
              ))}
            </ul>
          )}
        </Section>
        <Section
          title="Who fits"
          says="By the same gates and parts as everybody; the place on this list grants nothing."
        >
          {fitting.length === 0 ? (
            <EmptyState title="Nobody else fits now">
              The page of bids says which gate keeps how many people out.
            </EmptyState>
          ) : (
            <FittingList
              people={fitting}
              projectId={projectId}
              currency={project.currency}
              price={price}
              openPerWeek={share?.openPerWeek ?? null}
            />
          )}
        </Section>
      </div>
    </>
  );
}

/** What waits for the sponsor stands first. */
const askedFirst = (a: { status: string }, b: { status: string }) =>
  Number(b.status === 'applied') - Number(a.status === 'applied');
