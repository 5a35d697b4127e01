'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { byField, formProblems } from '#app/_shell/read-form.ts';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Dialog } from '#app/_ui/dialog.tsx';
import { Field } from '#app/_ui/field.tsx';
import { FormErrorSummary, type FormProblem } from '#app/_ui/form-error-summary.tsx';
import { formatMoney } from '#app/_ui/format-money.ts';
import { Input } from '#app/_ui/input.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';
import { toast } from '#app/_ui/toast.ts';
import { quarantinedWords } from '#app/(sponsor)/sponsor/_parts/figure-words.ts';
import { Refusal } from '#app/(sponsor)/sponsor/_parts/refusal.tsx';
import { AppError } from '#server/core/errors.ts';
import { formatMinor, parseMoney } from '#server/core/money.ts';
import { createBatchInput } from '#server/work/schemas.ts';
import { examInput } from './exam-input.ts';

export type ExamPartProps = {
  projectId: string;
  currency: string;
  datasets: readonly { id: string; name: string }[];
  activeGold: number;
  /** Exams of the organisation that hold beyond one protocol, in the project's currency. */
  exams: readonly { examId: string; title: string; passLevel: number; pricePerReadMinor: bigint }[];
};

/** An exam or a training made of gold: what readers take before work that asks for it (R17, R34). */
export function ExamPart({ projectId, currency, datasets, activeGold, exams }: ExamPartProps) {
  const trpc = useTRPC();
  const router = useRouter();
  const [values, setValues] = useState({
    kind: 'exam' as 'exam' | 'training',
    name: 'Exam 1',
    datasetId: datasets[0]?.id ?? '',
    cases: '20',
    people: '10',
    level: '80',
    price: '1.00',
    examId: '',
  });
  const general = values.kind === 'exam' ? exams.find((one) => one.examId === values.examId) : undefined;
  const [problems, setProblems] = useState<readonly FormProblem[]>([]);
  const set = (part: Partial<typeof values>) => setValues((before) => ({ ...before, ...part }));
  const create = useMutation(
    trpc.work.createBatch.mutationOptions({
      onSuccess: ({ batchId, quarantined }) => {
        toast.success(`The draft is made. Open it when people can take it.${quarantinedWords(quarantined)}`);
        router.push(`/sponsor/projects/${projectId}/batches/${batchId}`);
      },
    }),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    let pricePerReadMinor: bigint;
    try {
      pricePerReadMinor = general?.pricePerReadMinor ?? parseMoney(values.price, currency).amountMinor;
    } catch (error) {
      const message = error instanceof AppError ? error.message : 'Write an amount, for example 1.20.';
      setProblems([{ name: 'pricePerReadMinor', message }]);
      return;
    }
    const parsed = createBatchInput.safeParse(
      examInput({ ...values, projectId, pricePerReadMinor, generalExamId: general?.examId }),
    );
    setProblems(parsed.success ? [] : formProblems(parsed.error));
    if (parsed.success) create.mutate(parsed.data);
  };
  const wrong = byField(problems);
  return (
    <section aria-label="Exams and trainings" className="flex flex-col gap-2">
      <h2 className="text-ink-3 text-xs">Exams and trainings</h2>
      <p className="text-ink-2 text-sm">
        Made of gold. An exam shows whether somebody reads well enough; a training shows what is right after
        each case.
      </p>
      {activeGold === 0 ? (
        <p className="text-ink-3 text-sm">Sign a gold set first.</p>
      ) : (
        <Dialog
          title="Make an exam or training"
          description="Everybody who takes it reads all of its cases and is paid for each. Gold of an exam is dealt to its people last elsewhere. A training tells the answers, so its cases are in no exam and measure none of its people again."
          trigger={<Button className="self-start">Make an exam or training</Button>}
        >
          <form noValidate onSubmit={submit} className="flex flex-col gap-4">
            <FormErrorSummary problems={problems} />
            <Refusal error={create.error} title="It was not made." />
            <div className="grid gap-4 sm:grid-cols-2">
              <Field label="What" name="kind">
                <NativeSelect
                  value={values.kind}
                  onChange={(e) =>
                    set(kindValues(e.target.value === 'training' ? 'training' : 'exam', values))
                  }
                >
                  <option value="exam">Exam</option>
                  <option value="training">Training</option>
                </NativeSelect>
              </Field>
              {values.kind === 'exam' && exams.length > 0 ? (
                <Field label="Passing it counts for" name="generalExamId" error={wrong.generalExamId}>
                  <NativeSelect value={values.examId} onChange={(e) => set({ examId: e.target.value })}>
                    <option value="">this protocol version</option>
                    {exams.map((one) => (
                      <option key={one.examId} value={one.examId}>
                        {one.title} (every project)
                      </option>
                    ))}
                  </NativeSelect>
                </Field>
              ) : null}
              <Field label="Name" name="name" error={wrong.name}>
                <Input value={values.name} onChange={(e) => set({ name: e.target.value })} />
              </Field>
              <Field label="Gold of" name="datasetId" error={wrong.datasetId}>
                <NativeSelect value={values.datasetId} onChange={(e) => set({ datasetId: e.target.value })}>
                  {datasets.map((one) => (
                    <option key={one.id} value={one.id}>
                      {one.name}
                    </option>
                  ))}
                </NativeSelect>
              </Field>
              <Field label="Cases" name="caseLimit" error={wrong.caseLimit}>
                <Input
                  inputMode="numeric"
                  value={values.cases}
                  onChange={(e) => set({ cases: e.target.value })}
                />
              </Field>
              <Field label="People at most" name="overlap" error={wrong.overlap}>
                <Input
                  inputMode="numeric"
                  value={values.people}
                  onChange={(e) => set({ people: e.target.value })}
                />
              </Field>
              {general === undefined ? (
                <Field label="Price per case" name="pricePerReadMinor" error={wrong.pricePerReadMinor}>
                  <Input
                    inputMode="decimal"
                    suffix={currency}
                    value={values.price}
                    onChange={(e) => set({ price: e.target.value })}
                  />
                </Field>
              ) : null}
              {values.kind === 'exam' && general === undefined ? (
                <Field
                  label="Pass level"
                  name="passLevelBasisPoints"
                  hint="The near bound of the 95 % interval must reach it."
                  error={wrong.passLevelBasisPoints}
                >
                  <Input
                    inputMode="decimal"
                    suffix="%"
                    value={values.level}
                    onChange={(e) => set({ level: e.target.value })}
                  />
                </Field>
              ) : null}
            </div>
            {general === undefined ? null : <OfExam exam={general} currency={currency} />}
            <Cost
              values={general === undefined ? values : { ...values, price: priceText(general, currency) }}
              currency={currency}
            />
            <div>
              <Button type="submit" variant="primary" pending={create.isPending}>
                Create draft
              </Button>
            </div>
          </form>
        </Dialog>
      )}
    </section>
  );
}

const NAMES = { exam: 'Exam 1', training: 'Training 1' } as const;

/** The kind, and its usual name unless somebody has written another. */
function kindValues(kind: keyof typeof NAMES, { name }: { name: string }) {
  const isUsual = Object.values(NAMES).some((usual) => usual === name.trim());
  return { kind, ...(isUsual ? { name: NAMES[kind] } : {}) };
}

const priceText = ({ pricePerReadMinor: amountMinor }: { pricePerReadMinor: bigint }, currency: string) =>
  formatMinor({ amountMinor, currency }).replaceAll(',', '');

/** What a sitting takes from its exam. */
function OfExam({ exam, currency }: { exam: ExamPartProps['exams'][number]; currency: string }) {
  return (
    <p className="text-ink-2 text-sm">
      Pass level {Math.round(exam.passLevel * 1000) / 10} % and{' '}
      {formatMoney({ amountMinor: exam.pricePerReadMinor, currency }).full} per case are the exam’s. Cases of
      its other sittings are left out, so that who tries again meets new ones.
    </p>
  );
}

/** What is reserved when it opens, should everybody come who may. */
function Cost({
  values,
  currency,
}: {
  values: { cases: string; people: string; price: string };
  currency: string;
}) {
  const reads = Number(values.cases) * Number(values.people);
  if (!Number.isSafeInteger(reads) || reads <= 0) return null;
  try {
    const { amountMinor } = parseMoney(values.price, currency);
    const cost = formatMoney({ amountMinor: amountMinor * BigInt(reads), currency });
    return (
      <p role="status" className="text-ink-2 text-sm">
        At most <strong className="text-ink">{reads.toLocaleString('en')} reads</strong> for{' '}
        <strong className="text-ink">{cost.full}</strong> and the platform fee, reserved when it opens.
      </p>
    );
  } catch {
    // The field says what is wrong with the price once it is sent.
    return null;
  }
}
