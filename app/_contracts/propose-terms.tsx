'use client';

import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { byField, refusalProblems } from '#app/_shell/read-form.ts';
import { useTRPCClient } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Field } from '#app/_ui/field.tsx';
import { FormErrorSummary, type FormProblem } from '#app/_ui/form-error-summary.tsx';
import { Input } from '#app/_ui/input.tsx';
import { LinkButton } from '#app/_ui/link-button.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import { toast } from '#app/_ui/toast.ts';
import type { ContractView } from '#server/contracts/view-schemas.ts';
import { RateCardFields } from './rate-card-fields.tsx';
import { RuleFields } from './rule-fields.tsx';
import { startOf, type TermValues, termsOf } from './term-values.ts';

/** Paths of the server's problems are those of the terms; the form's names stand under `terms`. */
const at = (path: string) =>
  path === 'effectiveOn' || path === 'reason' ? path : `terms.${path.replace(/^terms\./, '')}`;

/** Other terms, from those in force on; proposing prints them, and both sides sign what was printed. */
export function ProposeTerms({ contract, back }: { contract: ContractView; back: string }) {
  const client = useTRPCClient();
  const router = useRouter();
  const [values, setValues] = useState<TermValues>(() =>
    startOf(contract, new Date().toISOString().slice(0, 10)),
  );
  const [isPending, setIsPending] = useState(false);
  const [problems, setProblems] = useState<readonly FormProblem[]>([]);
  const set = (over: Partial<TermValues>) => setValues((before) => ({ ...before, ...over }));
  const errors = byField(problems);

  async function propose(event: FormEvent) {
    event.preventDefault();
    const parsed = termsOf(contract.contractId, values, contract.currency);
    setProblems(parsed.ok ? [] : parsed.problems);
    if (!parsed.ok) return;
    setIsPending(true);
    try {
      const door =
        contract.side === 'sponsor' ? client.contracts.proposeAsSponsor : client.contracts.proposeAsVendor;
      const { version } = await door.mutate(parsed.input);
      toast.success(`Version ${version} is proposed. Both sides sign it now.`);
      router.push(back);
      router.refresh();
    } catch (error) {
      setProblems(refusalProblems(error, at));
      setIsPending(false);
    }
  }

  return (
    <form noValidate onSubmit={propose} className="flex max-w-[720px] flex-col gap-8">
      <FormErrorSummary problems={problems} />
      <RateCardFields values={values} set={set} errors={errors} currency={contract.currency} />
      <RuleFields values={values} set={set} errors={errors} fields={contract.fields} />
      <fieldset className="flex flex-col gap-4">
        <legend className="mb-3 font-semibold text-lg">From when, and why</legend>
        <Field
          label="Holds from"
          name="effectiveOn"
          hint="At the earliest when both have signed"
          error={errors.effectiveOn}
        >
          <Input
            type="date"
            value={values.effectiveOn}
            onChange={(event) => set({ effectiveOn: event.target.value })}
          />
        </Field>
        <Field
          label="Reason"
          name="reason"
          hint="The other side reads it; it is printed"
          error={errors.reason}
        >
          <Textarea
            rows={3}
            value={values.reason}
            onChange={(event) => set({ reason: event.target.value })}
          />
        </Field>
      </fieldset>
      <div className="flex gap-2">
        <Button type="submit" variant="primary" pending={isPending}>
          Propose terms
        </Button>
        <LinkButton variant="quiet" href={back}>
          Leave the terms as they are
        </LinkButton>
      </div>
    </form>
  );
}
