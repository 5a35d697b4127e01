import type { inferRouterOutputs } from '@trpc/server';
import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { PairList } from '#app/_pairs/pair-list.tsx';
import { type Search, textFrom } from '#app/_shell/address.ts';
import { loaded, loadedUnless } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { DecisionNote } from '#app/_ui/decision-note.tsx';
import { LinkButton } from '#app/_ui/link-button.tsx';
import { Money } from '#app/_ui/money.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import { AnswersWithheld } from '#app/(sponsor)/sponsor/_parts/answers-withheld.tsx';
import { BatchActions } from '#app/(sponsor)/sponsor/_parts/batch-actions.tsx';
import { BatchProgress } from '#app/(sponsor)/sponsor/_parts/batch-progress.tsx';
import { BATCH_KIND_WORDS, counted } from '#app/(sponsor)/sponsor/_parts/figure-words.ts';
import { MoveToProtocol } from '#app/(sponsor)/sponsor/_parts/move-to-protocol.tsx';
import { hasRight } from '#app/(sponsor)/sponsor/_parts/rights.tsx';
import { Section } from '#app/(sponsor)/sponsor/_parts/section.tsx';
import { WITHHELD } from '#app/(sponsor)/sponsor/_parts/withheld-reasons.ts';
import { isId } from '#server/core/ids.ts';
import type { AppRouter } from '#server/routers/_app.ts';
import { GROWING_KINDS, KEPT_APART_KINDS } from '#server/work/schemas.ts';
import { AddCases, CloneBatch, DiscardBatch } from './change-batch.tsx';
import { ChosenCases } from './chosen-cases.tsx';
import { ClaimRulesPart } from './claim-rules-part.tsx';
import { ConsensusChoicePart } from './consensus-choice.tsx';
import { EstimatesPart } from './estimates-part.tsx';
import { ExportLinks } from './export-links.tsx';
import { FinalLabels } from './final-labels.tsx';
import { KeepPeopleApart } from './keep-people-apart.tsx';
import { LoadProgress } from './load-progress.tsx';
import { NamedReaders } from './named-readers.tsx';
import { ReaderTable } from './reader-table.tsx';
import { UndecidedPart } from './undecided-part.tsx';

export const metadata: Metadata = { title: 'Batch' };

const CONSENSUS_WORDS = {
  majority: 'majority',
  dawid_skene: 'Dawid–Skene',
  auto: 'what is best on gold',
} as const;

type BatchPageProps = {
  params: Promise<{ projectId: string; batchId: string }>;
  searchParams: Promise<Search>;
};

const OVERLAP_WORDS = {
  fixed: '',
  share: ' for a share of them, one for the rest',
  adaptive: ', more while the answer is unsure',
  on_disagreement: ', more while readers disagree',
} as const;

/** One batch: how far, by whom, its final labels with their history, and what can be taken away. */
export default async function BatchPage({ params, searchParams }: BatchPageProps) {
  const { projectId, batchId } = await params;
  const query = await searchParams;
  const after = textFrom(query, 'after');
  const estimate = textFrom(query, 'estimate');
  if (!isId(batchId)) notFound();
  const batch = await loaded((call) => call.work.batch({ batchId }));
  if (batch.projectId !== projectId) notFound();
  // R15: of a pilot that is being read there are readers to pause and progress to see, and no answers yet.
  const shown = (await hasRight('quality.read'))
    ? await loadedUnless(WITHHELD, async (call) => ({
        finals: await call.labels.finals({ batchId, limit: 50, ...(isId(after) ? { after } : {}) }),
        pairs: await call.labels.pairs({ batchId }),
        undecided: await call.labels.undecided({ batchId }),
      }))
    : null;
  const finals = shown?.value?.finals ?? null;
  const mayManage = await hasRight('batch.manage');
  const waiting =
    (batch.tasks.labelled ?? 0) + (batch.tasks.in_review ?? 0) + (batch.tasks.in_adjudication ?? 0);
  return (
    <>
      <PageHeader
        title={batch.name}
        meta={
          <>
            <StatusPill state={batch.status} />
            <span className="text-ink-3 text-sm">{BATCH_KIND_WORDS[batch.kind]}</span>
          </>
        }
        actions={
          <>
            <LinkButton variant="quiet" href={`/sponsor/projects/${projectId}/quality?batch=${batchId}`}>
              Quality of this batch
            </LinkButton>
            {finals !== null && batch.openedAt !== null ? (
              <LinkButton variant="quiet" href={`/sponsor/projects/${projectId}/batches/${batchId}/reads`}>
                Reads
              </LinkButton>
            ) : null}
            {batch.kind === 'relabel' && finals !== null ? (
              <LinkButton variant="quiet" href={`/sponsor/projects/${projectId}/batches/${batchId}/compare`}>
                Old against new
              </LinkButton>
            ) : null}
            {mayManage && batch.openedAt !== null ? (
              <LinkButton
                variant="quiet"
                href={`/sponsor/projects/${projectId}/batches/new?kind=relabel&from=${batchId}`}
              >
                Relabel from this
              </LinkButton>
            ) : null}
            {mayManage && !MADE_OTHERWISE.includes(batch.kind) ? (
              <CloneBatch
                projectId={projectId}
                batchId={batchId}
                name={batch.name}
                isByList={batch.caseOrder === 'priority'}
                refusal={batch.cloneRefusal}
              />
            ) : null}
          </>
        }
      >
        <AnswerLine>
          <strong>
            {(batch.tasks.final ?? 0).toLocaleString('en')} of {batch.taskCount.toLocaleString('en')}
          </strong>{' '}
          cases have a final label
          {waiting > 0 ? <>; {counted(waiting, 'case')} wait for review or the panel</> : null}
          {batch.totals.returned > 0 ? (
            <>; {counted(batch.totals.returned, 'returned read')} wait for correction by their readers</>
          ) : null}
          .
        </AnswerLine>
      </PageHeader>
      {batch.checkpointId === null ? null : (
        <DecisionNote
          className="mb-6 max-w-[720px]"
          outcome="refused"
          title="A checkpoint holds this batch."
          {...(batch.statusReason ? { because: batch.statusReason } : {})}
          changes={[
            {
              says: 'The clinical lead looks at the sample and the trends, and signs.',
              href: `/sponsor/projects/${projectId}/quality/checkpoints/${batch.checkpointId}`,
              linkLabel: 'Open checkpoint',
            },
          ]}
        />
      )}
      {(batch.status === 'paused' ? batch.stops : []).map((stop) => (
        <DecisionNote
          key={stop.proposalId}
          className="mb-6 max-w-[720px]"
          outcome="refused"
          title="The quality policy has stopped new claims."
          because={stop.reason}
          changes={[
            {
              says: 'The clinical lead or the project manager decides whether reading goes on.',
              href: `/sponsor/projects/${projectId}/quality/inbox`,
              linkLabel: 'Open quality inbox',
            },
          ]}
        />
      ))}
      {batch.replacedProtocol !== null ? (
        <MoveToProtocol
          batchId={batchId}
          noun={batch.kind === 'pilot' ? 'pilot' : 'draft'}
          replaced={batch.replacedProtocol}
          mayMove={mayManage}
        />
      ) : null}
      {batch.loadState === 'loading' ? (
        <LoadProgress batchId={batchId} done={batch.loadedCount} total={batch.taskCount + batch.goldCount} />
      ) : null}
      <Section
        title="Progress"
        says={
          <>
            {counted(batch.overlap, 'read')} a case{OVERLAP_WORDS[batch.overlapRule.mode]},{' '}
            <Money amountMinor={batch.pricePerReadMinor} currency={batch.currency} /> a read, gold{' '}
            {batch.goldMode === 'none' ? 'none' : batch.goldMode}, {batch.reviewShareBasisPoints / 100} %
            reviewed, {CONSENSUS_WORDS[batch.consensusMethod]}.
          </>
        }
        actions={mayManage ? <Actions batch={batch} /> : null}
      >
        <BatchProgress batch={batch} />
      </Section>
      <ChosenCases batch={batch} base={`/sponsor/projects/${projectId}/batches`} />
      {batch.selection?.strata && finals !== null && finals.length > 0 && batch.kind !== 'pilot' ? (
        <EstimatesPart
          batchId={batchId}
          field={estimate}
          href={`/sponsor/projects/${projectId}/batches/${batchId}`}
        />
      ) : null}
      <ClaimRulesPart
        batchId={batchId}
        rules={await loaded((call) => call.work.claimRules({ batchId }))}
        mayChange={mayManage}
        repeatable={
          batch.status === 'open'
            ? batch.readers.filter((one) => one.tier === 'label').map((one) => one.alias)
            : []
        }
      />
      <Section title="Readers" says="By alias; who they are is their vendor’s to say.">
        <ReaderTable
          readers={batch.readers}
          batchId={batchId}
          relabelHref={
            mayManage && batch.openedAt !== null
              ? `/sponsor/projects/${projectId}/batches/new?kind=relabel&from=${batchId}`
              : null
          }
          inboxHref={
            (await hasRight('quality.decide')) && batch.status !== 'settled'
              ? `/sponsor/projects/${projectId}/quality/inbox`
              : null
          }
        />
      </Section>
      {shown?.value ? <PairList of={shown.value.pairs} nameIn={mayManage ? batchId : undefined} /> : null}
      {batch.consensusChoice ? <ConsensusChoicePart choice={batch.consensusChoice} /> : null}
      {shown?.refusal ? <AnswersWithheld refusal={shown.refusal} /> : null}
      {shown?.value ? (
        <UndecidedPart
          undecided={shown.value.undecided}
          relabelHref={
            mayManage
              ? `/sponsor/projects/${projectId}/batches/new?kind=relabel&from=${batchId}&doubt=uncertain&again=left_out`
              : null
          }
        />
      ) : null}
      {finals === null ? null : (
        <Section
          title="Final labels"
          says="Open one to see who read it, with which credentials then, and what it cost."
          actions={
            (await hasRight('export.download')) ? (
              <ExportLinks batchId={batchId} fields={batch.labelFields} />
            ) : null
          }
        >
          <FinalLabels
            batchId={batchId}
            finals={finals}
            fields={batch.labelFields.map(({ key, label, options }) => ({
              key,
              label,
              options: Object.fromEntries((options ?? []).map((one) => [one.value, one.label])),
            }))}
            nextCursor={finals.length === 50 ? (finals.at(-1)?.taskId ?? null) : null}
          />
        </Section>
      )}
    </>
  );
}

/** Kinds that follow from an order or a finding, so are not cloned. */
const MADE_OTHERWISE: readonly string[] = ['pilot', 'calibration'];

/** What can be done with a batch in its state. */
function Actions({ batch }: { batch: inferRouterOutputs<AppRouter>['work']['batch'] }) {
  const { id: batchId, projectId, status } = batch;
  const isRunning = status === 'open' || status === 'paused';
  return (
    <>
      {batch.loadState === 'complete' && batch.replacedProtocol === null ? (
        <BatchActions
          batchId={batchId}
          status={status}
          noun="batch"
          isHeld={batch.checkpointId !== null || batch.stops.length > 0}
          refundable={{ amountMinor: batch.refundableMinor, currency: batch.currency }}
          isStranded={batch.stranded.length > 0}
        />
      ) : null}
      {isRunning && GROWING_KINDS.includes(batch.kind) ? (
        <AddCases batchId={batchId} isSample={batch.selection?.strata != null} />
      ) : null}
      {status === 'draft' || isRunning ? (
        <NamedReaders batchId={batchId} allowedCount={batch.allowedCount} />
      ) : null}
      {status === 'draft' && KEPT_APART_KINDS.some((kind) => kind !== 'pilot' && kind === batch.kind) ? (
        <KeepPeopleApart projectId={projectId} batchId={batchId} apartFrom={batch.apartFrom} />
      ) : null}
      {status === 'draft' && batch.kind !== 'pilot' ? (
        <DiscardBatch projectId={projectId} batchId={batchId} />
      ) : null}
    </>
  );
}
