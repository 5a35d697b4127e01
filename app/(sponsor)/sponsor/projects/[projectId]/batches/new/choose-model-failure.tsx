'use client';

import { Field } from '#app/_ui/field.tsx';
import { Input } from '#app/_ui/input.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';
import { TextLink } from '#app/_ui/text-link.tsx';
import { counted } from '#app/(sponsor)/sponsor/_parts/figure-words.ts';
import type { ModelLine, ModelList } from '#server/models/schemas.ts';
import type { CaseChoice } from './case-choice.ts';
import { type ModelChoice, noModel } from './model-choice.ts';

type ModelField = ModelLine['fields'][number];

export type ChooseModelFailureProps = {
  projectId: string;
  datasetId: string;
  choice: CaseChoice;
  onChange: (part: Partial<ModelChoice>) => void;
  models: ModelList;
  wrong: Partial<Record<string, string>>;
};

/** Of a relabel: the cases on which a model’s answer differs from what is known. */
export function ChooseModelFailure(props: ChooseModelFailureProps) {
  const { choice, onChange, projectId, datasetId } = props;
  const own = props.models.models.filter((one) => one.datasetId === datasetId);
  const model = own.find((one) => one.id === choice.modelId);
  const field = model?.fields.find((one) => one.key === choice.modelField);
  return (
    <fieldset className="flex flex-col gap-4">
      <legend className="pb-3 font-semibold text-lg">By what a model got wrong</legend>
      {own.length === 0 ? (
        <p className="text-ink-3 text-sm">
          No model has answered this dataset yet.{' '}
          <TextLink href={`/sponsor/projects/${projectId}/models`}>Import a model’s answers</TextLink>
        </p>
      ) : (
        <>
          <p className="text-ink-3 text-sm">
            Its answers are held against the newest final label, else gold. No answer is no failure.
            {props.models.isCut ? ' Only the newest models of the project are listed.' : ''}
          </p>
          <div className="grid gap-4 sm:grid-cols-2">
            <Field label="Model" name="modelId">
              <NativeSelect
                value={choice.modelId}
                onChange={({ target }) => {
                  const found = own.find((one) => one.id === target.value);
                  onChange({ ...noModel, modelId: target.value, modelField: found?.fields[0]?.key ?? '' });
                }}
              >
                <option value="">Not by a model</option>
                {own.map((one) => (
                  <option key={one.id} value={one.id}>
                    {one.name} {one.version} ({counted(one.answers, 'answer')})
                  </option>
                ))}
              </NativeSelect>
            </Field>
            {model === undefined ? null : (
              <Field label="Got wrong in" name="modelField">
                <NativeSelect
                  value={choice.modelField}
                  onChange={({ target }) =>
                    onChange({ modelField: target.value, missed: '', claimed: '', apartBy: '' })
                  }
                >
                  {model.fields.map(({ key, label }) => (
                    <option key={key} value={key}>
                      {label}
                    </option>
                  ))}
                </NativeSelect>
              </Field>
            )}
            {field === undefined ? null : <How {...props} field={field} />}
            {model === undefined || model.confidences === 0 ? null : <Sure {...props} />}
          </div>
        </>
      )}
    </fieldset>
  );
}

/** Which way it was wrong: by class, or by how much. */
function How({ choice, onChange, wrong, field }: ChooseModelFailureProps & { field: ModelField }) {
  const isMeasured = field.type === 'number' || field.type === 'ordinal';
  return (
    <>
      {field.options.length === 0 ? null : (
        <>
          <ClassOf
            field={field}
            label="Labelled as"
            name="missed"
            hint="The model missed it."
            value={choice.missed}
            onChange={(missed) => onChange({ missed })}
          />
          <ClassOf
            field={field}
            label="The model said"
            name="claimed"
            hint="A false alarm."
            value={choice.claimed}
            onChange={(claimed) => onChange({ claimed })}
          />
        </>
      )}
      {isMeasured ? (
        <Field
          label="Apart by at least"
          name="filter.modelFailure.byAtLeast"
          optional
          hint={
            field.type === 'ordinal'
              ? 'Levels; empty is any difference.'
              : 'In the field’s unit; empty is any.'
          }
          error={wrong['filter.modelFailure.byAtLeast']}
        >
          <Input
            inputMode="decimal"
            suffix={field.type === 'ordinal' ? 'levels' : ''}
            value={choice.apartBy}
            onChange={({ target }) => onChange({ apartBy: target.value })}
          />
        </Field>
      ) : null}
    </>
  );
}

type ClassOfProps = {
  field: ModelField;
  label: string;
  name: string;
  hint: string;
  value: string;
  onChange: (value: string) => void;
};

function ClassOf({ field, label, name, hint, value, onChange }: ClassOfProps) {
  return (
    <Field label={label} name={name} optional hint={hint}>
      <NativeSelect value={value} onChange={({ target }) => onChange(target.value)}>
        <option value="">Any</option>
        {field.options.map((one) => (
          <option key={one.value} value={one.value}>
            {one.label}
          </option>
        ))}
      </NativeSelect>
    </Field>
  );
}

const VALUE = 'filter.modelFailure.confidence.value';

/** How sure the model was of it. */
function Sure({ choice, onChange, wrong }: ChooseModelFailureProps) {
  return (
    <>
      <Field label="Its confidence" name="sure">
        <NativeSelect
          value={choice.sure}
          onChange={({ target }) =>
            onChange({ sure: target.value as ModelChoice['sure'], sureValue: choice.sureValue || '0.8' })
          }
        >
          <option value="">Any</option>
          <option value="at_least">At least: it was sure, and wrong</option>
          <option value="at_most">At most: it was not sure</option>
        </NativeSelect>
      </Field>
      {choice.sure === '' ? null : (
        <Field label="Confidence from 0 to 1" name={VALUE} error={wrong[VALUE]}>
          <Input
            inputMode="decimal"
            value={choice.sureValue}
            onChange={({ target }) => onChange({ sureValue: target.value })}
          />
        </Field>
      )}
    </>
  );
}
