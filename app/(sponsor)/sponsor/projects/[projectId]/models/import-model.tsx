'use client';

import { byField } from '#app/_shell/read-form.ts';
import { Button } from '#app/_ui/button.tsx';
import { Field } from '#app/_ui/field.tsx';
import { FileDrop } from '#app/_ui/file-drop.tsx';
import { FormErrorSummary } from '#app/_ui/form-error-summary.tsx';
import { Input } from '#app/_ui/input.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import { counted } from '#app/(sponsor)/sponsor/_parts/figure-words.ts';
import { RowErrors } from '#app/(sponsor)/sponsor/projects/[projectId]/dataset/row-errors.tsx';
import type { ModelCheck } from '#server/models/schemas.ts';
import { useImportModel } from './use-import-model.ts';

type ImportModelProps = { projectId: string; datasets: readonly { id: string; name: string }[] };

/** A file so large is not put into a text box. */
const SHOWN_CHARACTERS = 20_000;

/** Import of a model's answers: checked whole and counted first, every problem by its line, and kept when one says so. */
export function ImportModel({ projectId, datasets }: ImportModelProps) {
  const form = useImportModel(projectId, datasets[0]?.id ?? '');
  const { values, set, problems, rows, checked } = form;
  const errors = byField(problems);
  const isLarge = values.text.length > SHOWN_CHARACTERS;
  return (
    <section aria-labelledby="import-title" className="max-w-[720px] border-line border-t pt-6">
      <h2 id="import-title" className="mb-3 font-semibold text-lg">
        Import a model’s answers
      </h2>
      <FormErrorSummary problems={problems} {...(rows.length > 0 ? { title: 'Nothing was imported' } : {})} />
      {rows.length === 0 ? null : <RowErrors rows={rows} />}
      <form
        noValidate
        className="mt-4 flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          form.submit();
        }}
      >
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label="Model" name="name" error={errors.name} hint="For example chest-net" required>
            <Input value={values.name} onChange={({ target }) => set({ name: target.value })} />
          </Field>
          <Field label="Version" name="version" error={errors.version} hint="For example 1.2" required>
            <Input value={values.version} onChange={({ target }) => set({ version: target.value })} />
          </Field>
        </div>
        {datasets.length < 2 ? null : (
          <Field label="On the cases of" name="datasetId" error={errors.datasetId}>
            <NativeSelect
              value={values.datasetId}
              onChange={({ target }) => set({ datasetId: target.value })}
            >
              {datasets.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </NativeSelect>
          </Field>
        )}
        <Field
          label="File of answers"
          name="text"
          hint="Columns: case_id, one for each field by its key, and confidence from 0 to 1 where there is one. An empty cell is no answer; “none” in a field of several labels says that none of them fits. The fields are those of the signed protocol."
          error={errors.text}
        >
          <FileDrop
            key={form.round}
            accept=".csv"
            hint="CSV in UTF-8, up to 16 MB and 200,000 cases"
            onFiles={([chosen]) => void form.readFile(chosen)}
          />
        </Field>
        {isLarge ? null : (
          <Field label="Or paste its lines" name="pasted" optional>
            <Textarea
              rows={3}
              className="max-h-80 font-mono text-sm"
              value={values.text}
              onChange={({ target }) => set({ text: target.value })}
            />
          </Field>
        )}
        {checked === null ? null : <Checked check={checked} />}
        <div className="flex justify-end">
          <Button type="submit" variant="primary" pending={form.isPending}>
            {checked === null ? 'Check the answers' : `Import ${counted(checked.answers, 'answer')}`}
          </Button>
        </div>
      </form>
    </section>
  );
}

/** What the file comes to; nothing is kept yet. */
function Checked({ check }: { check: ModelCheck }) {
  const { answers, without, empty, tests, confidences, fields } = check;
  const rest = [
    `${counted(without, 'accepted case')} of the dataset without one`,
    ...(empty > 0 ? [`${counted(empty, 'line')} without an answer left out`] : []),
    ...(tests > 0 ? [`${counted(tests, 'answer')} on test data`] : []),
    confidences === 0 ? 'no confidences' : `${counted(confidences, 'confidence')}`,
  ];
  return (
    <section
      role="status"
      aria-label="What would be imported"
      className="rounded-lg border border-line-strong p-4 text-sm"
    >
      <p>
        <strong>{counted(answers, 'case')}</strong> with an answer; {rest.join(', ')}. Nothing is kept yet.
      </p>
      <ul className="mt-2 flex flex-col gap-1">
        {fields.map(({ key, label, answered, values }) => (
          <li key={key}>
            <span className="font-medium">{label}</span>: {counted(answered, 'answer')}
            {values.length === 0
              ? ''
              : ` (${values.map((one) => `${one.label} ${one.n.toLocaleString('en')}`).join(', ')})`}
          </li>
        ))}
      </ul>
    </section>
  );
}
