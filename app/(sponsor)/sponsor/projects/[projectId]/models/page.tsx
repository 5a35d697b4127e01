import type { Metadata } from 'next';
import { type Search, textFrom } from '#app/_shell/address.ts';
import { loaded } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { counted, figureWords } from '#app/(sponsor)/sponsor/_parts/figure-words.ts';
import { hasRight, NotForYourRole } from '#app/(sponsor)/sponsor/_parts/rights.tsx';
import { Section } from '#app/(sponsor)/sponsor/_parts/section.tsx';
import type { ModelComparison, ModelLine } from '#server/models/schemas.ts';
import { Comparison } from './comparison.tsx';
import { ImportModel } from './import-model.tsx';
import { ModelList } from './model-list.tsx';
import { noFigureWords } from './no-figure-words.ts';

export const metadata: Metadata = { title: 'Models' };

type ModelsPageProps = { params: Promise<{ projectId: string }>; searchParams: Promise<Search> };

/** What models answered on the project's cases, where they differ from the labels, and the way to have that read again. */
export default async function ModelsPage({ params, searchParams }: ModelsPageProps) {
  const { projectId } = await params;
  const asked = await searchParams;
  if (!(await hasRight('quality.read'))) {
    return (
      <>
        <PageHeader title="Models" />
        <NotForYourRole what="models" who="the ML lead" />
      </>
    );
  }
  const [{ models, isCut }, datasets] = await loaded((call) =>
    Promise.all([call.models.list({ projectId }), call.datasets.list({ projectId })]),
  );
  const inUse = models.filter((one) => one.withdrawnAt === null);
  const chosen = inUse.find((one) => one.id === textFrom(asked, 'model')) ?? inUse[0];
  const comparison =
    chosen === undefined
      ? null
      : await loaded((call) =>
          call.models.comparison({ modelId: chosen.id, field: textFrom(asked, 'field') || undefined }),
        );
  const [mayImport, mayRelabel] = [await hasRight('dataset.write'), await hasRight('batch.manage')];
  return (
    <>
      <PageHeader title="Models">
        <AnswerLine>{answerOf(chosen, comparison, mayRelabel)}</AnswerLine>
      </PageHeader>
      {models.length === 0 ? (
        <EmptyState title="No model has answered yet">
          Import what a model of yours answered on cases of this project. What it got wrong can then be read
          again by other people.
        </EmptyState>
      ) : (
        <>
          {chosen === undefined || comparison === null ? null : (
            <Comparison
              projectId={projectId}
              model={chosen}
              comparison={comparison}
              mayRelabel={mayRelabel}
            />
          )}
          <Section
            title="Versions"
            says={`What a version answered never changes. A wrong import is withdrawn, and what is right comes as another version.${isCut ? ` The ${models.length} newest are listed; there are older ones.` : ''}`}
          >
            <ModelList
              projectId={projectId}
              models={models}
              chosenId={chosen?.id ?? null}
              mayWithdraw={mayImport}
            />
          </Section>
        </>
      )}
      {mayImport && datasets.length > 0 ? (
        <ImportModel projectId={projectId} datasets={datasets.map(({ id, name }) => ({ id, name }))} />
      ) : null}
    </>
  );
}

function answerOf(model: ModelLine | undefined, comparison: ModelComparison | null, mayTest: boolean) {
  if (model === undefined || comparison === null)
    return 'No model’s answers are here to hold against the labels.';
  const field = model.fields.find((one) => one.key === comparison.field)?.label ?? comparison.field;
  const part = comparison.parts.find((one) => !one.isTest) ?? comparison.parts[0];
  const said = figureWords(part?.differ, 'percent');
  const name = `${model.name} ${model.version}`;
  if (part === undefined || said === null)
    return noFigureWords({ name, isTestHidden: model.tests > 0 && !mayTest });
  return (
    <>
      {name} differs from the final label in <strong>{said}</strong> of{' '}
      {counted(part.differ.n, part.isTest ? 'test case' : 'case')}, by “{field}”.
    </>
  );
}
