import type { Metadata } from 'next';
import { loaded } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { Badge } from '#app/_ui/badge.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { TextLink } from '#app/_ui/text-link.tsx';
import { DATA_CLASS_WORDS } from '#app/(sponsor)/sponsor/projects/_form/project-words.ts';
import { loadProject } from '#app/(sponsor)/sponsor/projects/[projectId]/load-project.ts';
import { evidenceKinds } from '#server/datasets/rules.ts';
import { CompositionReport } from './composition-report.tsx';
import { EvidenceDocuments } from './evidence-documents.tsx';
import { RenewEvidence } from './renew-evidence.tsx';
import { UploadForm } from './upload-form.tsx';

export const metadata: Metadata = { title: 'Dataset' };

/** What is there to read, what it is made of, and what about it could mislead. */
export default async function DatasetPage({ params }: { params: Promise<{ projectId: string }> }) {
  const { projectId } = await params;
  const { project } = await loadProject(projectId);
  const { datasets, capabilities } = await loaded(async (call) => ({
    datasets: await call.datasets.list({ projectId }),
    capabilities: (await call.identity.me()).capabilities,
  }));
  const mayUpload = capabilities.includes('dataset.write');
  const mayMakeBatches = capabilities.includes('batch.manage');
  const cases = datasets.reduce((sum, one) => sum + one.caseCount, 0);
  const warnings = datasets.reduce((sum, one) => sum + one.composition.warnings.length, 0);
  const isEmpty = datasets.length === 0;
  return (
    <>
      <PageHeader title="Dataset">
        <AnswerLine>
          {isEmpty ? (
            <>There are no cases yet. Upload a file of cases, each with its texts or images.</>
          ) : (
            <>
              <strong>{cases.toLocaleString('en')}</strong> cases in {datasets.length}{' '}
              {datasets.length === 1 ? 'dataset' : 'datasets'},{' '}
              {warnings === 0
                ? 'nothing to worry about'
                : `${warnings} ${warnings === 1 ? 'thing' : 'things'} to look at`}
              .
            </>
          )}
        </AnswerLine>
      </PageHeader>
      {datasets.map((dataset) => (
        <section key={dataset.id} aria-labelledby={`dataset-${dataset.id}`} className="mb-8">
          <h2 id={`dataset-${dataset.id}`} className="font-semibold text-lg">
            {dataset.name}
          </h2>
          <p className="mt-0.5 mb-3 text-ink-3 text-sm">
            {DATA_CLASS_WORDS[dataset.dataClass]}; legal basis: {dataset.legalBasis}; uploaded{' '}
            <DateTime at={dataset.createdAt} />
            {dataset.evidence.expiresOn === null ? null : (
              <>
                ; evidence holds until{' '}
                <DateTime at={`${dataset.evidence.expiresOn}T00:00:00Z`} format="day" zone="UTC" />
              </>
            )}
          </p>
          <p className="mb-3 flex flex-wrap items-center gap-2 text-sm">
            {dataset.intakeStatus === 'open' ? (
              <>
                <Badge tone="attention">Intake to confirm</Badge>
                <TextLink href={`/sponsor/projects/${projectId}/dataset/${dataset.id}/intake`}>
                  Decide on what the checks found
                </TextLink>
              </>
            ) : (
              <TextLink href={`/sponsor/projects/${projectId}/dataset/${dataset.id}/intake`}>
                {(dataset.caseCount - dataset.excludedCount).toLocaleString('en')} cases accepted
                {dataset.excludedCount > 0 ? `, ${dataset.excludedCount.toLocaleString('en')} kept out` : ''}
              </TextLink>
            )}
          </p>
          {mayUpload && dataset.evidence.kind !== 'none' ? (
            <div className="mb-3">
              <RenewEvidence
                datasetId={dataset.id}
                name={dataset.name}
                kinds={evidenceKinds(dataset.dataClass)}
                expiresOn={dataset.evidence.expiresOn}
                hints={dataset.composition.warnings.flatMap(({ code, message, item }) =>
                  code === 'possible_identifier' ? [{ item: item ?? null, message }] : [],
                )}
              />
            </div>
          ) : null}
          <EvidenceDocuments evidence={dataset.evidence} documents={dataset.documents} />
          <CompositionReport
            composition={dataset.composition}
            batchHref={
              mayMakeBatches && dataset.intakeStatus === 'frozen'
                ? `/sponsor/projects/${projectId}/batches/new?dataset=${dataset.id}`
                : null
            }
          />
        </section>
      ))}
      {mayUpload ? (
        <UploadForm projectId={projectId} dataClass={project.dataClass} isFirst={isEmpty} />
      ) : null}
    </>
  );
}
