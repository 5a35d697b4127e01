'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { type FormEvent, useId, useState } from 'react';
import { MeetingCount } from '#app/_credentials/meeting-count.tsx';
import { RuleEditor } from '#app/_credentials/rule-editor.tsx';
import { byField, formProblems } from '#app/_shell/read-form.ts';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Dialog } from '#app/_ui/dialog.tsx';
import { Field } from '#app/_ui/field.tsx';
import { FormErrorSummary, type FormProblem } from '#app/_ui/form-error-summary.tsx';
import { Input } from '#app/_ui/input.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';
import { toast } from '#app/_ui/toast.ts';
import { Refusal } from '#app/(sponsor)/sponsor/_parts/refusal.tsx';
import { defineExamInput, EXAM_SUBJECTS } from '#server/credentials/general-exam-schemas.ts';
import { EMPTY_EXAM, type ExamValues, examValuesInput } from './exam-values.ts';

const SUBJECT_WORDS = { anatomy: 'Anatomy', modality: 'Modality', tool: 'Tool' } as const;
const SUBJECT_HINTS = { anatomy: 'Chest', modality: 'CT', tool: '3D Slicer' } as const;

/** Sets an exam: what it is about, when it is passed, how often it can be tried, what it pays, who may take it. */
export function DefineExam({ isPlatform }: { isPlatform: boolean }) {
  const trpc = useTRPC();
  const router = useRouter();
  const formId = useId();
  const [isOpen, setIsOpen] = useState(false);
  const [values, setValues] = useState<ExamValues>(EMPTY_EXAM);
  const [problems, setProblems] = useState<readonly FormProblem[]>([]);
  const define = useMutation(
    trpc.credentials.defineExam.mutationOptions({
      onSuccess: ({ specialty }) => {
        toast.success(`The exam is set. Rules name it “${specialty}”.`);
        setIsOpen(false);
        setValues(EMPTY_EXAM);
        router.refresh();
      },
    }),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const parsed = defineExamInput.safeParse(examValuesInput(values));
    setProblems(parsed.success ? [] : formProblems(parsed.error));
    if (parsed.success) define.mutate(parsed.data);
  };
  return (
    <Dialog
      title="Set an exam"
      description={
        isPlatform
          ? 'Everybody whom it lets in may take it, and every sponsor’s rule can ask for it. It is not changed afterwards.'
          : 'Whoever works in your projects, or has asked to, may take it, and your rules can ask for it. It is not changed afterwards.'
      }
      trigger={<Button variant="primary">Set an exam</Button>}
      open={isOpen}
      onOpenChange={(open) => {
        setIsOpen(open);
        setProblems([]);
        define.reset();
      }}
      footer={
        <Button type="submit" form={formId} variant="primary" pending={define.isPending}>
          Set the exam
        </Button>
      }
    >
      <form id={formId} noValidate onSubmit={submit} className="flex flex-col gap-4">
        <FormErrorSummary problems={problems} />
        <Refusal error={define.error} title="It was not set." />
        <ExamFields values={values} errors={byField(problems)} onChange={setValues} />
      </form>
    </Dialog>
  );
}

type FieldsProps = {
  values: ExamValues;
  errors: Partial<Record<string, string>>;
  onChange: (values: ExamValues) => void;
};

function ExamFields({ values, errors, onChange }: FieldsProps) {
  const set = (part: Partial<ExamValues>) => onChange({ ...values, ...part });
  const text = (key: Exclude<keyof ExamValues, 'subjectKind' | 'entry'>) => ({
    value: values[key],
    onChange: (event: { target: { value: string } }) => set({ [key]: event.target.value }),
  });
  return (
    <>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Title" name="title" error={errors.title} className="sm:col-span-2">
          <Input {...text('title')} placeholder="Chest CT, first reader" />
        </Field>
        <Field label="About" name="subjectKind" error={errors.subjectKind}>
          <NativeSelect
            value={values.subjectKind}
            onChange={(event) =>
              set({ subjectKind: EXAM_SUBJECTS.find((one) => one === event.target.value) ?? 'anatomy' })
            }
          >
            {EXAM_SUBJECTS.map((kind) => (
              <option key={kind} value={kind}>
                {SUBJECT_WORDS[kind]}
              </option>
            ))}
          </NativeSelect>
        </Field>
        <Field label="Which" name="subject" error={errors.subject}>
          <Input {...text('subject')} placeholder={SUBJECT_HINTS[values.subjectKind]} />
        </Field>
        <Field
          label="Pass level"
          name="passLevelBasisPoints"
          hint="The near bound of the 95 % interval must reach it."
          error={errors.passLevelBasisPoints}
        >
          <Input {...text('level')} inputMode="decimal" suffix="%" />
        </Field>
        <Field label="Months that a pass holds" name="validMonths" error={errors.validMonths}>
          <Input {...text('validMonths')} inputMode="numeric" />
        </Field>
        <Field label="Tries in a year" name="maxAttempts" error={errors.maxAttempts}>
          <Input {...text('maxAttempts')} inputMode="numeric" />
        </Field>
        <Field label="Days before another try" name="retryAfterDays" error={errors.retryAfterDays}>
          <Input {...text('retryAfterDays')} inputMode="numeric" />
        </Field>
        <Field
          label="Paid per case"
          name="pricePerReadMinor"
          hint="Exams are paid (R34), passed or not."
          error={errors.pricePerReadMinor}
        >
          <Input {...text('price')} inputMode="decimal" />
        </Field>
        <Field label="Currency" name="currency" error={errors.currency}>
          <Input {...text('currency')} maxLength={3} />
        </Field>
      </div>
      <fieldset className="flex flex-col gap-2">
        <legend className="mb-1 font-medium text-sm">Who may take it</legend>
        <RuleEditor
          name="entryRule"
          value={values.entry}
          errors={errors}
          onChange={(entry) => set({ entry })}
        >
          {values.entry.parts.length === 0 ? null : <MeetingCount value={values.entry} whose="everybody" />}
        </RuleEditor>
      </fieldset>
    </>
  );
}
