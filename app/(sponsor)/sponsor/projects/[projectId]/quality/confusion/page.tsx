import type { Metadata } from 'next';
import { type Search, textFrom } from '#app/_shell/address.ts';
import { loadedUnless } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { TextLink } from '#app/_ui/text-link.tsx';
import { counted, figureWords } from '#app/(sponsor)/sponsor/_parts/figure-words.ts';
import { hasRight, NotForYourRole } from '#app/(sponsor)/sponsor/_parts/rights.tsx';
import { Section } from '#app/(sponsor)/sponsor/_parts/section.tsx';
import { WITHHELD } from '#app/(sponsor)/sponsor/_parts/withheld-reasons.ts';
import { CasesSideBySide } from '#app/(sponsor)/sponsor/projects/[projectId]/quality/cases-side-by-side.tsx';
import { chooseReadBatch } from '#app/(sponsor)/sponsor/projects/[projectId]/quality/choose-read-batch.ts';
import {
  answerWordsOf,
  REFERENCE_WORDS,
} from '#app/(sponsor)/sponsor/projects/[projectId]/quality/quality-words.ts';
import {
  isRelabelled,
  relabelHref,
} from '#app/(sponsor)/sponsor/projects/[projectId]/quality/read-again.tsx';
import { WithheldQuality } from '#app/(sponsor)/sponsor/projects/[projectId]/quality/withheld-quality.tsx';
import {
  CONFUSION_REFERENCES,
  type ConfusionInput,
  type ConfusionView,
} from '#server/scores/view-schemas.ts';
import { ChooseConfusion } from './choose-confusion.tsx';
import { ConfusionTable } from './confusion-table.tsx';

export const metadata: Metadata = { title: 'Confusions' };

type ConfusionPageProps = {
  params: Promise<{ projectId: string }>;
  searchParams: Promise<Search>;
};

/** What is taken for what, by whom, and on which cases. */
export default async function ConfusionPage({ params, searchParams }: ConfusionPageProps) {
  const { projectId } = await params;
  const asked = await searchParams;
  if (!(await hasRight('quality.read'))) {
    return (
      <>
        <PageHeader title="Confusions" />
        <NotForYourRole what="quality" who="the clinical lead" />
      </>
    );
  }
  const batches = await chooseReadBatch(projectId, textFrom(asked, 'batch'));
  if (batches === null) {
    return (
      <>
        <PageHeader title="Confusions">
          <AnswerLine>Nothing has been read yet, so nothing was confused.</AnswerLine>
        </PageHeader>
        <EmptyState title="Confusions follow the reads">
          Answers are held against gold, against the other readers, and against final labels.
        </EmptyState>
      </>
    );
  }
  const { value: view, refusal } = await loadedUnless(WITHHELD, (call) =>
    call.scores.confusion(inputOf(batches.chosen.id, asked)),
  );
  if (refusal !== null)
    return (
      <WithheldQuality
        title="Confusions"
        href={`/sponsor/projects/${projectId}/quality/confusion`}
        batches={batches}
        refusal={refusal}
      />
    );
  const mayRelabel = await hasRight('batch.manage');
  const words = (value: string) => answerWordsOf(view.field.options, value);
  return (
    <>
      <PageHeader title="Confusions">
        <AnswerLine {...(view.asOf ? { asOf: <DateTime at={view.asOf} /> } : {})}>
          {answerOf(view)}
        </AnswerLine>
      </PageHeader>
      <ChooseConfusion
        batches={batches.choices}
        fields={view.fields}
        available={view.available}
        aliases={view.aliases}
        now={{
          batch: view.batch.id,
          field: view.field.key,
          reference: view.reference,
          alias: view.alias ?? '',
        }}
      />
      <Section
        title={`Answers against ${REFERENCE_WORDS[view.reference].toLocaleLowerCase()}`}
        says={
          view.reference === 'gold'
            ? 'Rows: the known answer. Columns: what was given. Choose a figure to see its cases.'
            : 'Rows: the reference, which comes from these same reads, so this is agreement and not accuracy. Choose a figure to see its cases.'
        }
      >
        <ConfusionTable view={view} />
      </Section>
      {view.chosen === null ? null : (
        <Section
          title={`${words(view.chosen.truth)} taken for ${words(view.chosen.answer)}`}
          says={`${view.chosen.n.toLocaleString('en')} reads; the newest ${view.chosen.cases.length} cases${
            view.chosen.newestReads === null
              ? ''
              : ` among the last ${view.chosen.newestReads.toLocaleString('en')} reads`
          }, reads side by side.`}
        >
          <CasesSideBySide batchId={view.batch.id} cases={view.chosen.cases} options={view.field.options} />
          {mayRelabel && isRelabelled(view.batch.kind) && view.chosen.cases.length > 0 ? (
            <p className="mt-3 text-sm">
              <TextLink
                href={relabelHref(projectId, view.batch.id, {
                  ids: view.chosen.cases.map((one) => one.externalId).join(','),
                })}
              >
                Have these {counted(view.chosen.cases.length, 'case')} read again
              </TextLink>
            </p>
          ) : null}
        </Section>
      )}
    </>
  );
}

/** What the URL asks for; anything unknown is left out. */
function inputOf(batchId: string, asked: Search): ConfusionInput {
  return {
    batchId,
    field: textFrom(asked, 'field'),
    reference: CONFUSION_REFERENCES.find((one) => one === asked.reference),
    alias: textFrom(asked, 'alias') || undefined,
    truth: textFrom(asked, 'truth'),
    answer: textFrom(asked, 'answer'),
  };
}

const GIVEN_WORDS: Record<ConfusionView['reference'], string> = {
  gold: 'the answer of gold',
  others: 'what most others gave',
  final: 'the final label',
};

function answerOf(view: ConfusionView) {
  const words = (value: string) => answerWordsOf(view.field.options, value);
  const worst = view.cells.find((cell) => cell.truth !== cell.answer && cell.answer !== '');
  const said = figureWords(view.share, 'percent');
  const who = view.alias ?? 'Readers';
  if (said === null)
    return `${who} can’t be held against ${REFERENCE_WORDS[view.reference].toLocaleLowerCase()} yet.`;
  return (
    <>
      {who} gave {GIVEN_WORDS[view.reference]} in <strong>{said}</strong> of {counted(view.reads, 'read')} of{' '}
      {counted(view.share.n, 'case')}
      {worst && worst.n > 1 ? (
        <>
          ; most often <strong>{words(worst.truth)}</strong> was taken for{' '}
          <strong>{words(worst.answer)}</strong> ({worst.n.toLocaleString('en')})
        </>
      ) : null}
      .
    </>
  );
}
