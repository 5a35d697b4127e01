'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Dialog } from '#app/_ui/dialog.tsx';
import { Field } from '#app/_ui/field.tsx';
import { FormErrorSummary } from '#app/_ui/form-error-summary.tsx';
import { Input } from '#app/_ui/input.tsx';
import { toast } from '#app/_ui/toast.ts';
import { counted } from '#app/(sponsor)/sponsor/_parts/figure-words.ts';
import { Refusal } from '#app/(sponsor)/sponsor/_parts/refusal.tsx';
import { auditPlan } from '#server/projects/tier-schemas.ts';
import { auditSampleSize } from '#server/quality/audit-sample.ts';

/** Orders an audit, or a larger one: what is to be shown decides how many cases are drawn. */
export function OrderAudit({
  batchId,
  isOrdered,
  cases,
}: {
  batchId: string;
  isOrdered: boolean;
  cases: number;
}) {
  const trpc = useTRPC();
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const [values, setValues] = useState({ max: '5', confidence: '95', expected: '1' });
  const [problems, setProblems] = useState<Record<string, string>>({});
  const order = useMutation(
    trpc.labels.orderAudit.mutationOptions({
      onSuccess: ({ sampleSize, population }) => {
        toast.success(`${sampleSize} of ${population} cases are drawn for the audit.`);
        setOpen(false);
        router.refresh();
      },
    }),
  );
  function send(event: FormEvent) {
    event.preventDefault();
    const parsed = planOf(values);
    setProblems(problemsOf(parsed));
    if (parsed.success) order.mutate({ batchId, plan: parsed.data });
  }

  function turn(isOpen: boolean) {
    setOpen(isOpen);
    setProblems({});
    order.reset();
  }

  const field = (key: keyof typeof values, label: string, name: string, hint: string) => (
    <Field label={label} name={name} hint={hint} error={problems[name]}>
      <Input
        inputMode="decimal"
        suffix="%"
        value={values[key]}
        onChange={(event) => setValues({ ...values, [key]: event.target.value })}
      />
    </Field>
  );
  const verb = isOrdered ? 'Enlarge audit' : 'Order audit';
  return (
    <Dialog
      title={verb}
      description="A random sample of final labels is looked at by an auditor of another organisation. Its money is reserved now; what is not spent comes back."
      open={open}
      onOpenChange={turn}
      trigger={<Button>{verb}</Button>}
    >
      <form noValidate onSubmit={send} className="flex flex-col gap-4">
        <FormErrorSummary problems={Object.entries(problems).map(([name, message]) => ({ name, message }))} />
        <Refusal error={order.error} title="The audit was not ordered." />
        {field('max', 'Wrong at most', 'maxErrorRate', 'What the audit is to show of all final labels')}
        {field('confidence', 'How sure', 'confidence', '95 % is usual')}
        {field(
          'expected',
          'Thought to be wrong',
          'expectedErrorRate',
          'The sample is large enough to pass with it four times in five',
        )}
        <Sample plan={planOf(values)} cases={cases} />
        <div>
          <Button type="submit" variant="primary" pending={order.isPending}>
            {verb}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

const share = (text: string) => Number(text.trim() === '' ? 'x' : text) / 100;

const planOf = (values: { max: string; confidence: string; expected: string }) =>
  auditPlan.safeParse({
    maxErrorRate: share(values.max),
    confidence: share(values.confidence),
    expectedErrorRate: share(values.expected),
  });

/** What is wrong with the plan, by its fields. */
const problemsOf = (parsed: ReturnType<typeof planOf>): Record<string, string> =>
  Object.fromEntries(
    (parsed.error?.issues ?? []).map((issue) => [
      String(issue.path[0]),
      WORDS[String(issue.path[0])] ?? issue.message,
    ]),
  );

/** How many cases that is, before it is ordered. */
function Sample({ plan, cases }: { plan: ReturnType<typeof planOf>; cases: number }) {
  if (!plan.success || cases <= 0) return null;
  const { n, acceptErrors } = auditSampleSize({ ...plan.data, population: cases });
  return (
    <p role="status" className="text-ink-2 text-sm">
      <strong className="text-ink">{n.toLocaleString('en')}</strong> of {counted(cases, 'case')} are looked
      at;{' '}
      {acceptErrors === 0 ? 'one error refutes it' : `with up to ${counted(acceptErrors, 'error')} it holds`}.
    </p>
  );
}

const WORDS: Record<string, string> = {
  maxErrorRate: 'A share above 0 % and below 100 %.',
  confidence: 'A confidence from 50 % to below 100 %.',
  expectedErrorRate: 'A share from 0 % to below the one to be shown.',
};
