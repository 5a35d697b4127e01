import { DataTable } from '#app/_ui/data-table.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { formatFigure } from '#app/_ui/measure-words.ts';
import { Section } from '#app/(sponsor)/sponsor/_parts/section.tsx';
import { FigureCell } from '#app/(sponsor)/sponsor/projects/[projectId]/quality/figure-parts.tsx';
import type { ChecksView } from '#server/scores/read-check-schemas.ts';

type Check = ChecksView['checks'][number];

/** What is unusual about somebody's reads, and how reviewers and panel decide. Nothing here rejects or ranks anybody. */
export function ChecksPart({ view }: { view: ChecksView }) {
  return (
    <>
      <Section
        title="Worth a look"
        says="Unusual answers and times, with how right the person is beside them. Nothing is rejected because of this; slow or fast says nothing alone."
      >
        <DataTable
          id="read-checks"
          caption="Unusual answers and times"
          complete
          columns={[
            { key: 'alias', header: 'Reader', sortable: true, phone: 'main', fixed: true },
            { key: 'batch', header: 'Batch', sortable: true },
            { key: 'what', header: 'What', phone: 'side', maxWidth: 320 },
            { key: 'own', header: 'Own share' },
            { key: 'others', header: 'All others' },
            { key: 'accuracy', header: 'Accuracy on gold' },
            { key: 'consensus', header: 'Agreement with the others' },
          ]}
          rows={view.checks.map((check) => ({
            id: `${check.batchId} ${check.alias} ${check.kind} ${check.field}`,
            name: check.alias,
            cells: {
              alias: check.alias,
              batch: check.batchName,
              what: whatOf(check),
              own: <FigureCell format="percent" label="Own share" figure={check.evidence.own} />,
              others: <FigureCell format="percent" label="All others" figure={check.evidence.others} />,
              accuracy: <FigureCell format="percent" label="Accuracy on gold" figure={check.accuracy} />,
              consensus: (
                <FigureCell format="percent" label="Agreement with the others" figure={check.consensus} />
              ),
            },
            values: { alias: check.alias, batch: check.batchName },
          }))}
          empty={
            <EmptyState title="Nothing unusual">
              Mixes of answers, answers at the ends of a scale, units and reading times are compared every
              five minutes.
            </EmptyState>
          }
        />
      </Section>
      {view.reviewers.length + view.adjudicators.length > 0 ? <Deciders view={view} /> : null}
    </>
  );
}

/** Those who check are checked too. */
function Deciders({ view }: { view: ChecksView }) {
  return (
    <Section
      title="Reviewers and panel"
      says="Those who check are checked too. Overturned: the panel answered otherwise than the reviewer decided. Right on gold: a right read accepted, a wrong one changed."
    >
      <DataTable
        id="reviewer-quality"
        caption="How reviewers and panel decide"
        complete
        columns={[
          { key: 'alias', header: 'Who', sortable: true, phone: 'main', fixed: true },
          { key: 'batch', header: 'Batch', sortable: true },
          { key: 'decided', header: 'Decided', align: 'right', sortable: true },
          { key: 'changed', header: 'Changed or against most readers', phone: 'side' },
          { key: 'overturned', header: 'Overturned by the panel' },
          { key: 'agreement', header: 'Same decision as another reviewer' },
          { key: 'gold', header: 'Right on gold' },
        ]}
        rows={[
          ...view.reviewers.map((row) => ({
            id: `${row.batchId} ${row.alias} review`,
            name: row.alias,
            cells: {
              alias: row.alias,
              batch: row.batchName,
              decided: row.decided.toLocaleString('en'),
              changed: <FigureCell format="percent" label="Changed" figure={row.changed} />,
              overturned: (
                <FigureCell format="percent" label="Overturned by the panel" figure={row.overturned} />
              ),
              agreement: (
                <FigureCell
                  format="percent"
                  label="Same decision as another reviewer"
                  figure={row.agreement}
                />
              ),
              gold: <FigureCell format="percent" label="Right on gold" figure={row.onGold} />,
            },
            values: { alias: row.alias, batch: row.batchName, decided: row.decided },
          })),
          ...view.adjudicators.map((row) => ({
            id: `${row.batchId} ${row.alias} panel`,
            name: row.alias,
            cells: {
              alias: row.alias,
              batch: row.batchName,
              decided: row.decided.toLocaleString('en'),
              changed: <FigureCell format="percent" label="Against most readers" figure={row.againstMost} />,
              overturned: '–',
              agreement: '–',
              gold: '–',
            },
            values: { alias: row.alias, batch: row.batchName, decided: row.decided },
          })),
        ]}
        empty={<EmptyState title="Nothing decided yet">Reviews and panel decisions appear here.</EmptyState>}
      />
    </Section>
  );
}

function whatOf(check: Check): string {
  const seconds = check.evidence.seconds;
  switch (check.kind) {
    case 'label_mix':
      return `“${check.answerLabel ?? ''}” ${oftenOrSeldom(check)} in ${check.fieldLabel}`;
    case 'extremes':
      return `Ends of the scale ${oftenOrSeldom(check)} in ${check.fieldLabel}`;
    case 'unit':
      return `Numbers in ${check.fieldLabel} are off by about ${check.evidence.factor ?? ''} times, as in another unit`;
    default:
      return seconds === null
        ? 'Some reads are very fast'
        : `Reads under ${formatFigure(seconds.limit, 'decimal')} s (the median is ${formatFigure(seconds.median, 'decimal')} s)`;
  }
}

function oftenOrSeldom({ evidence }: Check): string {
  return (evidence.own.value ?? 0) > (evidence.others.value ?? 0) ? 'often' : 'seldom';
}
