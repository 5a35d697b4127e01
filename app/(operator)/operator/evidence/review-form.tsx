'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { byField, formProblems, refusalProblems } from '#app/_shell/read-form.ts';
import { useTRPCClient } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Checkbox } from '#app/_ui/checkbox.tsx';
import { Field } from '#app/_ui/field.tsx';
import { FormErrorSummary, type FormProblem } from '#app/_ui/form-error-summary.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import { toast } from '#app/_ui/toast.ts';
import { reviewEvidenceInput } from '#server/vendors/schemas.ts';

const CHECKS = {
  issuer: 'The issuer is who the document says',
  scope: 'The scope is the document’s, and nothing more',
  dates: 'Period and end are the document’s',
} as const;

/** The operator's decision: what was compared, and a note where it is refused. */
export function ReviewForm({ evidenceId }: { evidenceId: string }) {
  const client = useTRPCClient();
  const router = useRouter();
  const [checked, setChecked] = useState({ issuer: false, scope: false, dates: false });
  const [note, setNote] = useState('');
  const [pending, setPending] = useState<'review' | 'refuse' | null>(null);
  const [problems, setProblems] = useState<readonly FormProblem[]>([]);

  async function decide(decision: 'review' | 'refuse') {
    const parsed = reviewEvidenceInput.safeParse({ evidenceId, decision, note, checked });
    setProblems(parsed.success ? [] : formProblems(parsed.error));
    if (!parsed.success) return;
    setPending(decision);
    try {
      await client.vendors.reviewEvidence.mutate(parsed.data);
      toast.success(
        decision === 'review' ? 'Taken; sponsors see it as reviewed.' : 'Refused; the vendor reads why.',
      );
      router.refresh();
    } catch (error) {
      setProblems(refusalProblems(error));
    } finally {
      setPending(null);
    }
  }

  return (
    <div className="flex flex-col gap-4">
      <h2 className="font-semibold text-lg">What the document says</h2>
      <FormErrorSummary problems={problems} />
      {(Object.keys(CHECKS) as (keyof typeof CHECKS)[]).map((key) => (
        <Checkbox
          key={key}
          label={CHECKS[key]}
          checked={checked[key]}
          onCheckedChange={(value) => setChecked((before) => ({ ...before, [key]: value === true }))}
        />
      ))}
      <Field label="Note" name="note" hint="The vendor reads it" optional error={byField(problems).note}>
        <Textarea rows={2} value={note} onChange={(event) => setNote(event.target.value)} />
      </Field>
      <div className="flex gap-2">
        <Button variant="primary" pending={pending === 'review'} onClick={() => decide('review')}>
          Take document
        </Button>
        <Button variant="danger" pending={pending === 'refuse'} onClick={() => decide('refuse')}>
          Refuse document
        </Button>
      </div>
    </div>
  );
}
