import { DataTable } from '#app/_ui/data-table.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { Measure } from '#app/_ui/measure.tsx';
import { classLabelIn } from '#server/pilots/rules.ts';
import type { Scorecard } from './pilot-answer.tsx';

type Field = Scorecard['results']['measures']['fields'][number];
type Figure = Field['classes'][number]['sensitivity'];

/** Sensitivity and specificity of each class with interval and n (R9). */
export function ClassTable({ field }: { field: Field }) {
  const cell = (figure: Figure, label: string) => (
    <Measure
      size="inline"
      label={label}
      labelHidden
      value={figure.value}
      reason={figure.n === 0 ? 'No such gold case' : figure.reason}
      interval={figure.ci}
      n={figure.n}
      range={undefined}
    />
  );
  return (
    <div className="min-w-0">
      <h3 className="mb-2 font-medium text-sm">By class</h3>
      <DataTable
        id={`classes-${field.field}`}
        caption={`Sensitivity and specificity by class of ${field.label}`}
        complete
        columns={[
          { key: 'class', header: 'Class', phone: 'main', sortable: true },
          { key: 'sensitivity', header: 'Sensitivity', phone: 'side', sortable: true },
          { key: 'specificity', header: 'Specificity', sortable: true },
        ]}
        rows={field.classes.map((one) => ({
          id: one.className,
          cells: {
            class: classLabelIn(field, one.className),
            sensitivity: cell(one.sensitivity, 'Sensitivity'),
            specificity: cell(one.specificity, 'Specificity'),
          },
          values: {
            class: classLabelIn(field, one.className),
            sensitivity: one.sensitivity.value,
            specificity: one.specificity.value,
          },
        }))}
        empty={<EmptyState title="No classes" />}
      />
    </div>
  );
}
