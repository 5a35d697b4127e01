import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { loadedUnless } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { Badge } from '#app/_ui/badge.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { LinkButton } from '#app/_ui/link-button.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { AnswersWithheld } from '#app/(sponsor)/sponsor/_parts/answers-withheld.tsx';
import { counted, figureWords } from '#app/(sponsor)/sponsor/_parts/figure-words.ts';
import { hasRight, NotForYourRole } from '#app/(sponsor)/sponsor/_parts/rights.tsx';
import { Section } from '#app/(sponsor)/sponsor/_parts/section.tsx';
import { WITHHELD } from '#app/(sponsor)/sponsor/_parts/withheld-reasons.ts';
import { isId } from '#server/core/ids.ts';
import type { CheckpointView } from '#server/scores/checkpoint-schemas.ts';
import { SampleCases } from './sample-cases.tsx';
import { SignCheckpoint } from './sign-checkpoint.tsx';
import { TrendsPart } from './trends-part.tsx';

export const metadata: Metadata = { title: 'Checkpoint' };

type CheckpointPageProps = { params: Promise<{ projectId: string; checkpointId: string }> };

const STATE: Record<
  CheckpointView['status'],
  { tone: 'attention' | 'critical' | 'good' | 'neutral'; words: string }
> = {
  due: { tone: 'attention', words: 'Waits for the clinical lead' },
  stopped: { tone: 'critical', words: 'Stopped by the clinical lead' },
  signed: { tone: 'good', words: 'Signed' },
  freed: { tone: 'neutral', words: 'Ended' },
};

/** A batch that stands still until the clinical lead has looked at a sample and the trends, and signs. */
export default async function CheckpointPage({ params }: CheckpointPageProps) {
  const { projectId, checkpointId } = await params;
  if (!isId(checkpointId)) notFound();
  if (!(await hasRight('quality.read'))) {
    return (
      <>
        <PageHeader title="Checkpoint" />
        <NotForYourRole what="checkpoints" who="the clinical lead" />
      </>
    );
  }
  const { value: view, refusal } = await loadedUnless(WITHHELD, (call) =>
    call.scores.checkpoint({ checkpointId }),
  );
  if (refusal !== null) {
    return (
      <>
        <PageHeader title="Checkpoint" />
        <AnswersWithheld refusal={refusal} />
      </>
    );
  }
  if (view.projectId !== projectId) notFound();
  const state = STATE[view.status];
  return (
    <>
      <PageHeader
        title={`Checkpoint of ${view.batchName}`}
        meta={<Badge tone={state.tone}>{state.words}</Badge>}
      >
        <AnswerLine {...(view.evidenceAt ? { asOf: <DateTime at={view.evidenceAt} /> } : {})}>
          {answerOf(view)}
        </AnswerLine>
      </PageHeader>
      {view.status === 'freed' ? (
        <EmptyState
          title="Nothing waits for this checkpoint"
          action={
            <LinkButton href={`/sponsor/projects/${projectId}/batches/${view.batchId}`}>
              Open batch
            </LinkButton>
          }
        >
          Panels and pilots no longer stop at checkpoints. What was read is on the page of the batch.
        </EmptyState>
      ) : view.evidence === null ? (
        <EmptyState title="The evidence is being gathered">
          It takes some seconds after the batch has stopped. Load this page again.
        </EmptyState>
      ) : (
        <>
          <DecisionPart view={view} />
          <TrendsPart evidence={view.evidence} />
          <Section
            title="Sample"
            says={`${counted(view.evidence.sample.length, 'case')} drawn by chance from those whose reads are in, with the reads by alias. Each opening of a case is recorded.`}
          >
            <SampleCases datasetId={view.datasetId} sample={view.evidence.sample} fields={view.fields} />
          </Section>
        </>
      )}
    </>
  );
}

function DecisionPart({ view }: { view: CheckpointView }) {
  return (
    <Section title={view.status === 'signed' ? 'What was signed' : 'Your decision'} says={view.reason}>
      {view.decidedAt === null ? null : (
        <p className="prose-width text-sm">
          {view.status === 'signed' ? 'Signed to go on' : 'Stopped'} by <strong>{view.decidedBy}</strong>,{' '}
          <DateTime at={view.decidedAt} format="minute" />: {view.decisionReason}
        </p>
      )}
      {view.status === 'signed' || view.evidenceSha256 === null ? null : view.signerName === null ? (
        <p className="text-ink-2 text-sm">
          The clinical lead signs here; you may look at what they will see.
        </p>
      ) : (
        <SignCheckpoint
          key={view.evidenceSha256}
          checkpointId={view.id}
          batchName={view.batchName}
          signerName={view.signerName}
          evidenceSha256={view.evidenceSha256}
          leased={view.leased}
        />
      )}
    </Section>
  );
}

function answerOf(view: CheckpointView) {
  const { evidence } = view;
  if (view.status === 'freed') return 'It ended before it was signed, and the batch does not wait for it.';
  if (evidence === null) return 'New claims are stopped. What people hold they finish, and are paid for it.';
  const { progress, fields } = evidence;
  const share = progress.planned === 0 ? 0 : progress.reads / progress.planned;
  const [main] = fields;
  const alpha = main ? figureWords(main.alpha) : null;
  return (
    <>
      <strong>
        {progress.reads.toLocaleString('en')} of {progress.planned.toLocaleString('en')}
      </strong>{' '}
      reads are in ({(share * 100).toFixed(share < 0.1 ? 1 : 0)} %), {counted(progress.casesFinal, 'case')} of{' '}
      {progress.cases.toLocaleString('en')} settled
      {alpha === null ? (
        '; reliability can’t be said yet'
      ) : (
        <>
          ; reliability (α) of {main?.label} is {alpha}
        </>
      )}
      {view.status === 'signed' ? '.' : '. New claims are stopped until this is signed.'}
    </>
  );
}
