'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { byField, formProblems } from '#app/_shell/read-form.ts';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Checkbox } from '#app/_ui/checkbox.tsx';
import { Dialog } from '#app/_ui/dialog.tsx';
import { Field } from '#app/_ui/field.tsx';
import { FormErrorSummary, type FormProblem } from '#app/_ui/form-error-summary.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import { toast } from '#app/_ui/toast.ts';
import {
  basisPointsOf,
  optionalNumber,
  requiredNumber,
} from '#app/(sponsor)/sponsor/_parts/number-field.tsx';
import { Refusal } from '#app/(sponsor)/sponsor/_parts/refusal.tsx';
import { changeableClaimRules } from '#server/work/claim-rules.ts';
import type { ClaimRules } from './claim-rules-part.tsx';
import { Limits } from './limits.tsx';

const text = (value: number | null) => (value === null ? '' : String(value));

/** Priority, deadline, caps and what readers must have passed, changed while it runs; each holds within a minute. */
export function ChangeClaimRules({ batchId, rules }: { batchId: string; rules: ClaimRules }) {
  const trpc = useTRPC();
  const router = useRouter();
  const [isOpen, setIsOpen] = useState(false);
  const due = rules.dueAt?.toISOString().slice(0, 10) ?? '';
  const [values, setValues] = useState({
    priority: String(rules.priority),
    dueAt: due,
    maxReadsPerReader: text(rules.maxReadsPerReader),
    share: rules.maxReaderShareBasisPoints === null ? '' : String(rules.maxReaderShareBasisPoints / 100),
    minutes: text(rules.maxActiveMinutesPerDay),
    leastSeconds: text(rules.leastReadSeconds),
    needsTraining: rules.needsTraining,
    needsExam: rules.needsExam,
    examWaiver: rules.ownAccountExam?.waiver ?? '',
  });
  const [problems, setProblems] = useState<readonly FormProblem[]>([]);
  const set = (part: Partial<typeof values>) => setValues((before) => ({ ...before, ...part }));
  const change = useMutation(
    trpc.work.setClaimRules.mutationOptions({
      onSuccess: () => {
        toast.success('Changed. It holds for every reader within a minute.');
        setIsOpen(false);
        router.refresh();
      },
    }),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const parsed = changeableClaimRules.safeParse({
      priority: requiredNumber(values.priority),
      // The whole of that day counts. A deadline that is left as it is may have passed.
      ...(values.dueAt === due
        ? {}
        : { dueAt: values.dueAt === '' ? null : new Date(`${values.dueAt}T23:59:59Z`) }),
      maxReadsPerReader: optionalNumber(values.maxReadsPerReader),
      maxReaderShareBasisPoints: values.share.trim() === '' ? null : basisPointsOf(values.share),
      maxActiveMinutesPerDay: optionalNumber(values.minutes),
      leastReadSeconds: optionalNumber(values.leastSeconds),
      needsTraining: values.needsTraining,
      needsExam: values.needsExam,
      ...(rules.ownAccountExam === null ? {} : { examWaiver: values.examWaiver.trim() || null }),
    });
    setProblems(parsed.success ? [] : formProblems(parsed.error));
    if (parsed.success) change.mutate({ batchId, ...parsed.data });
  };
  /** What went wrong the last time is not news the next time. */
  const turn = (open: boolean) => {
    setIsOpen(open);
    setProblems([]);
    change.reset();
  };
  const wrong = byField(problems);
  return (
    <Dialog
      title="Change how it is given out"
      description="Empty is no limit. Reads taken before a cap was lowered stay as they are, and paid."
      open={isOpen}
      onOpenChange={turn}
      trigger={<Button>Change how it is given out</Button>}
    >
      <form noValidate onSubmit={submit} className="flex flex-col gap-4">
        <FormErrorSummary problems={problems} />
        <Refusal error={change.error} title="Nothing was changed." />
        <Limits values={values} wrong={wrong} onChange={set} />
        <div className="flex flex-col gap-2">
          <Checkbox
            label="Readers complete the training first"
            checked={values.needsTraining}
            onCheckedChange={(on) => set({ needsTraining: on === true })}
          />
          <Checkbox
            label="Readers pass the exam first"
            hint="On this version of the protocol. Make both from the gold page."
            checked={values.needsExam}
            onCheckedChange={(on) => set({ needsExam: on === true })}
          />
        </div>
        {rules.ownAccountExam !== null && !values.needsExam && (
          <Field
            label="Why people on their own account read without the exam"
            name="examWaiver"
            optional
            hint="Left empty, they pass the exam of this project first."
            error={wrong.examWaiver}
          >
            <Textarea
              rows={2}
              value={values.examWaiver}
              onChange={(event) => set({ examWaiver: event.target.value })}
            />
          </Field>
        )}
        <div>
          <Button type="submit" variant="primary" pending={change.isPending}>
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
