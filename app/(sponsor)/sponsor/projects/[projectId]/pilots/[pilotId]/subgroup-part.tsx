import { DataTable } from '#app/_ui/data-table.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { Measure } from '#app/_ui/measure.tsx';
import { Section } from '#app/(sponsor)/sponsor/_parts/section.tsx';
import type { Scorecard } from './pilot-answer.tsx';

type Detail = NonNullable<Scorecard['results']['measures']['subgroups']>;
type Figure = Detail['groups'][number]['fields'][number]['alpha'];

/** Agreement, accuracy and each class by site and subgroup column of the cases; too few cases are said, never drawn. */
export function SubgroupPart({ detail }: { detail: Detail | null }) {
  if (detail === null || detail.groups.length === 0) return null;
  const fields = detail.groups[0]?.fields ?? [];
  return (
    <Section
      title="By subgroup"
      says={`No criterion rests on these; among many subgroups some stand apart by chance. Intervals are 95 %, by case. A figure that rests on fewer than ${detail.leastCases} cases is not shown.`}
    >
      <div className="flex flex-col gap-6">
        {fields.map(({ field, label }) => (
          <FieldTable key={field} detail={detail} field={field} label={label} />
        ))}
        {detail.leftOut.length > 0 ? (
          <p className="text-ink-3 text-xs">
            Left out:{' '}
            {detail.leftOut
              .map(({ dimension, values }) =>
                values === 0 ? `${dimension} (too many columns)` : `${values} further values of ${dimension}`,
              )
              .join('; ')}
            .
          </p>
        ) : null}
      </div>
    </Section>
  );
}

function FieldTable({ detail, field, label }: { detail: Detail; field: string; label: string }) {
  const rows = detail.groups.flatMap((group) => {
    const own = group.fields.find((one) => one.field === field);
    return own ? [{ group, own }] : [];
  });
  // Without a known answer there is nothing to be right about, and a class that no known answer has says nothing.
  const hasTruth = rows.some(({ own }) => own.accuracy.n > 0);
  const classes = (rows[0]?.own.classes ?? []).filter(({ className }) =>
    rows.some(({ own }) => own.classes.some((one) => one.className === className && one.sensitivity.n > 0)),
  );
  return (
    <div className="min-w-0">
      <h3 className="font-medium text-sm">{label}</h3>
      {hasTruth ? null : (
        <p className="text-ink-3 text-xs">No case has a known answer, so only agreement can be said.</p>
      )}
      <DataTable
        id={`subgroups-${field}`}
        caption={`${label} by subgroup`}
        complete
        columns={[
          { key: 'group', header: 'Subgroup', phone: 'main', sortable: true },
          { key: 'cases', header: 'Cases', sortable: true },
          hasTruth
            ? { key: 'alpha', header: 'Krippendorff’s α', sortable: true }
            : { key: 'alpha', header: 'Krippendorff’s α', phone: 'side' as const, sortable: true },
          ...(hasTruth
            ? [{ key: 'accuracy', header: 'Accuracy', phone: 'side' as const, sortable: true }]
            : []),
          ...classes.flatMap((one) => [
            { key: `se ${one.className}`, header: `Sensitivity, ${one.classLabel}`, sortable: true },
            { key: `sp ${one.className}`, header: `Specificity, ${one.classLabel}`, sortable: true },
          ]),
        ]}
        rows={rows.map(({ group, own }) => {
          const name = `${group.dimension}: ${group.value}`;
          const figures = new Map<string, [string, Figure]>([
            ['alpha', ['Krippendorff’s α', own.alpha]],
            ['accuracy', ['Accuracy', own.accuracy]],
            ...own.classes.flatMap((one): [string, [string, Figure]][] => [
              [`se ${one.className}`, [`Sensitivity, ${one.classLabel}`, one.sensitivity]],
              [`sp ${one.className}`, [`Specificity, ${one.classLabel}`, one.specificity]],
            ]),
          ]);
          return {
            id: name,
            cells: {
              group: name,
              cases: <span className="tabular-nums">{group.cases.toLocaleString('en')}</span>,
              ...Object.fromEntries([...figures].map(([key, [says, figure]]) => [key, cell(figure, says)])),
            },
            values: {
              group: name,
              cases: group.cases,
              ...Object.fromEntries([...figures].map(([key, [, figure]]) => [key, figure.value])),
            },
          };
        })}
        empty={<EmptyState title="No subgroups" />}
      />
    </div>
  );
}

const cell = (figure: Figure, label: string) => (
  <Measure
    size="inline"
    label={label}
    labelHidden
    value={figure.value}
    reason={figure.n === 0 ? 'No such case' : figure.reason}
    interval={figure.ci}
    n={figure.n}
  />
);
