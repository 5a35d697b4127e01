'use client';

import { FormDialog } from '#app/_shell/form-dialog.tsx';
import { formProblems } from '#app/_shell/read-form.ts';
import { sendForm } from '#app/_shell/send-form.ts';
import { Checkbox } from '#app/_ui/checkbox.tsx';
import { Field } from '#app/_ui/field.tsx';
import type { FormProblem } from '#app/_ui/form-error-summary.tsx';
import { Input } from '#app/_ui/input.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import { SAMPLE_STATEMENTS, sampleMeta } from '#server/vendors/schemas.ts';

/** Shows a sample or a case study, with the statements that a named person makes of it. */
export function AddSample() {
  return (
    <FormDialog
      verb="Add sample"
      title="Add sample or case study"
      description="A detector looks for what looks like an identifier. It helps and proves nothing: look yourself."
      done="The sample is shown to sponsors you bid with."
      onSend={async (values, form) => {
        const attestation = Object.fromEntries(
          Object.keys(SAMPLE_STATEMENTS).map((key) => [key, values[key] === 'on']),
        );
        const parsed = sampleMeta.safeParse({
          kind: values.kind,
          title: values.title,
          body: values.body,
          attestation,
          findingsAnswer: values.findingsAnswer === '' ? null : values.findingsAnswer,
        });
        if (!parsed.success) return oneOfStatements(formProblems(parsed.error));
        const file = new FormData(form).get('file');
        return sendForm(
          '/api/uploads/vendor-samples',
          parsed.data,
          file instanceof File && file.size > 0 ? file : null,
        );
      }}
    >
      {(errors) => (
        <>
          <Field label="Kind" name="kind" error={errors.kind}>
            <NativeSelect name="kind" defaultValue="case_study">
              <option value="case_study">Case study</option>
              <option value="sample_output">Sample output</option>
            </NativeSelect>
          </Field>
          <Field label="Title" name="title" error={errors.title}>
            <Input name="title" />
          </Field>
          <Field label="What is seen, and what was asked" name="body" error={errors.body}>
            <Textarea name="body" rows={5} />
          </Field>
          <Field
            label="File"
            name="file"
            optional
            hint="PDF, PNG, JPEG, CSV, JSON or text, at most 20 MB"
            error={errors.file}
          >
            <Input type="file" name="file" accept=".pdf,.png,.jpg,.jpeg,.csv,.json,.txt" />
          </Field>
          <fieldset id="field-attestation" tabIndex={-1} className="flex flex-col gap-2">
            <legend className="mb-1 font-medium text-sm">You state, under your name</legend>
            {Object.entries(SAMPLE_STATEMENTS).map(([key, label]) => (
              <Checkbox key={key} name={key} label={label} />
            ))}
            {errors.attestation ? <p className="text-critical-ink text-xs">{errors.attestation}</p> : null}
          </fieldset>
          <Field
            label="If something looks like an identifier: why it is no patient’s"
            name="findingsAnswer"
            optional
            error={errors.findingsAnswer}
          >
            <Textarea name="findingsAnswer" rows={2} />
          </Field>
        </>
      )}
    </FormDialog>
  );
}

/** The statements are made together or not at all, so what is missing of them is said once. */
function oneOfStatements(problems: readonly FormProblem[]): FormProblem[] {
  const isOne = ({ name }: FormProblem) => name?.startsWith('attestation.') === true;
  const first = problems.find(isOne);
  const others = problems.filter((one) => !isOne(one));
  return first ? [...others, { name: 'attestation', message: first.message }] : others;
}
