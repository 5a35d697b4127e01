import type { Metadata } from 'next';
import { loaded } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { DotPlotIntervals } from '#app/_ui/charts/dot-plot-intervals.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { LinkButton } from '#app/_ui/link-button.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { counted, figureWords } from '#app/(sponsor)/sponsor/_parts/figure-words.ts';
import { hasRight, NotForYourRole } from '#app/(sponsor)/sponsor/_parts/rights.tsx';
import { Section } from '#app/(sponsor)/sponsor/_parts/section.tsx';
import type { ChecksView } from '#server/labels/view-schemas.ts';
import { AuditorsPart } from './auditors-part.tsx';
import { BatchChecks } from './batch-checks.tsx';

export const metadata: Metadata = { title: 'Audit and misses' };

/** What independent people find in the final labels: the error rate of the audit, and what was overlooked. */
export default async function ChecksPage({ params }: { params: Promise<{ projectId: string }> }) {
  const { projectId } = await params;
  if (!(await hasRight('quality.read'))) {
    return (
      <>
        <PageHeader title="Audit and misses" />
        <NotForYourRole what="quality" who="the clinical lead" />
      </>
    );
  }
  const [view, pilots] = await Promise.all([
    loaded((call) => call.labels.audits({ projectId })),
    // A pilot's name tells no vendor, so whoever compares bids is told it beside.
    hasRight('bid.compare').then((may) =>
      may ? loaded((call) => call.pilots.ofProject({ projectId })) : [],
    ),
  ]);
  return (
    <>
      <PageHeader title="Audit and misses">
        <AnswerLine>{answerOf(view)}</AnswerLine>
      </PageHeader>
      {view.batches.length === 0 ? (
        <EmptyState
          title={view.mayManage ? 'No final labels to check yet' : 'Nothing is checked yet'}
          action={<LinkButton href={`/sponsor/projects/${projectId}/batches`}>See the batches</LinkButton>}
        >
          {view.mayManage
            ? 'An audit can be ordered as soon as a production batch is open.'
            : 'The project manager orders an audit of a batch, or a search for misses, here.'}
        </EmptyState>
      ) : (
        view.batches.map((batch) => (
          <BatchChecks
            key={batch.batchId}
            batch={batch}
            vendor={pilots.find((one) => one.batchIds.includes(batch.batchId))?.vendor}
            hasAuditor={view.auditors.length > 0}
          />
        ))
      )}
      {view.vendors.length === 0 ? null : (
        <Section
          title="By vendor"
          says="All audited batches of a vendor taken together. Batches that vendors share count for none."
        >
          <DotPlotIntervals
            title="Share of final labels that the audit found wrong"
            rows={view.vendors.map((one) => ({
              name: `${one.vendor} (${counted(one.batches, 'batch', 'batches')})`,
              value: one.rate.value,
              interval: one.rate.interval ?? undefined,
              n: one.rate.n,
            }))}
            format="percent"
            ends={[0, 1]}
          />
        </Section>
      )}
      <div className="pt-8">
        <AuditorsPart projectId={projectId} auditors={view.auditors} mayManage={view.mayManage} />
      </div>
    </>
  );
}

function answerOf(view: ChecksView) {
  const audited = view.batches.filter((one) => one.audit !== null && one.audit.done > 0);
  const [first] = audited;
  const open = view.batches.reduce((sum, one) => sum + (one.audit?.open ?? 0) + (one.misses?.open ?? 0), 0);
  const held = view.batches.find((one) => one.withheld?.audit != null);
  if (first?.audit == null && held !== undefined)
    return `What the audit of ${held.batchName} finds is not shown yet.`;
  if (first?.audit == null) {
    if (open > 0)
      return `${counted(open, 'case')} ${open === 1 ? 'waits' : 'wait'} for an auditor; nothing has been looked at yet.`;
    return `No final label has been looked at by an independent person${view.batches.some((one) => one.ended !== null) ? '; checks were ended before' : ' yet'}.`;
  }
  return (
    <>
      The audit of {first.batchName} finds <strong>{figureWords(first.audit.rate, 'percent')}</strong> of the
      final labels of its {counted(first.audit.population, 'case')} wrong, {VERDICT[first.audit.verdict]}{' '}
      {percent(first.audit.maxErrorRate)}
      {openWords(open, first.audit.open)}.
    </>
  );
}

/** What is still to be done: of that audit, or with the checks of other batches. */
function openWords(open: number, own: number): string {
  if (open === 0) return '';
  return open === own
    ? `; ${counted(open, 'case')} still to look at`
    : `; in all, ${counted(open, 'check')} ${open === 1 ? 'is' : 'are'} still to be done`;
}

const percent = (share: number) => `${Math.round(share * 1000) / 10} %`;
const VERDICT = {
  pass: 'which shows that it is at most',
  fail: 'which shows that it is more than',
  inconclusive: 'which does not tell it from',
} as const;
