import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { loaded } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { LinkButton } from '#app/_ui/link-button.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import { counted } from '#app/(sponsor)/sponsor/_parts/figure-words.ts';
import { hasRight } from '#app/(sponsor)/sponsor/_parts/rights.tsx';
import { Section } from '#app/(sponsor)/sponsor/_parts/section.tsx';
import { isId } from '#server/core/ids.ts';
import { CaseFlow } from './case-flow.tsx';
import { ConfirmIntake } from './confirm-intake.tsx';
import { FindingList } from './finding-list.tsx';
import { FINDINGS_PER_PAGE, findingPageOf } from './finding-page.ts';
import { HumanChecks } from './human-checks.tsx';

export const metadata: Metadata = { title: 'Intake' };

type IntakePageProps = {
  params: Promise<{ projectId: string; datasetId: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
};

/** Which cases of a dataset are accepted: what was found, what a person decides, and what became of every case. */
export default async function IntakePage({ params, searchParams }: IntakePageProps) {
  const { projectId, datasetId } = await params;
  if (!isId(datasetId)) notFound();
  const page = findingPageOf(await searchParams);
  const mayDecide = await hasRight('dataset.write');
  const [intake, findings, flow] = await loaded((call) =>
    Promise.all([
      call.datasets.intake({ datasetId }),
      call.datasets.findings({ datasetId, ...page, limit: FINDINGS_PER_PAGE }),
      call.work.caseFlow({ datasetId }),
    ]),
  );
  const open = intake.kinds.reduce((sum, one) => sum + one.open, 0);
  const isOpen = intake.status === 'open';
  const found = intake.kinds.reduce((sum, one) => sum + one.open + one.exclude + one.keep, 0);
  return (
    <>
      <PageHeader
        title={`Intake of ${intake.name}`}
        actions={
          <LinkButton variant="quiet" href={`/sponsor/projects/${projectId}/dataset`}>
            Back to the dataset
          </LinkButton>
        }
        meta={
          <StatusPill state={intake.status} tone={isOpen ? 'attention' : 'good'}>
            {isOpen ? 'To confirm' : 'Accepted set frozen'}
          </StatusPill>
        }
      >
        <AnswerLine>
          {isOpen ? (
            open > 0 ? (
              <>
                <strong>{counted(open, 'finding')}</strong> of {counted(intake.cases, 'case')}{' '}
                {open === 1 ? 'waits' : 'wait'} for your decision. Batches can be made when the accepted set
                is confirmed.
              </>
            ) : (
              'Everything is decided. Confirm the accepted set, and batches can be made of it.'
            )
          ) : (
            <>
              <strong>{(intake.cases - intake.excluded).toLocaleString('en')}</strong> of{' '}
              {counted(intake.cases, 'case')} are accepted; {intake.excluded.toLocaleString('en')} kept out.
            </>
          )}
        </AnswerLine>
      </PageHeader>
      {mayDecide ? (
        <ConfirmIntake datasetId={datasetId} isOpen={isOpen} waiting={open} canReopen={intake.canReopen} />
      ) : null}
      <Section
        title="Findings"
        {...(found > 0
          ? {
              says:
                mayDecide && isOpen
                  ? 'Automatic ones are proposals. ↑ ↓ move, X excludes, K keeps, U takes back, O opens the case.'
                  : 'What the checks proposed, and what was decided.',
            }
          : {})}
      >
        <FindingList
          datasetId={datasetId}
          findings={findings.items}
          next={findings.next}
          page={page}
          kinds={intake.kinds}
          together={intake.together}
          mayDecide={mayDecide && isOpen}
        />
      </Section>
      <Section title="What became of the cases" says="Every case that was found is in one line of it.">
        <CaseFlow flow={flow} />
      </Section>
      {mayDecide && (isOpen || intake.canReopen) ? (
        <HumanChecks
          datasetId={datasetId}
          requiredAssets={intake.requiredAssets}
          assetNames={intake.assetNames}
          cases={intake.cases}
        />
      ) : null}
    </>
  );
}
