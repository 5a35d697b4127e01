'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { byField } from '#app/_shell/read-form.ts';
import { useTRPCClient } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Checkbox } from '#app/_ui/checkbox.tsx';
import { Dialog } from '#app/_ui/dialog.tsx';
import { Field } from '#app/_ui/field.tsx';
import { FormErrorSummary } from '#app/_ui/form-error-summary.tsx';
import { Input } from '#app/_ui/input.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import { toast } from '#app/_ui/toast.ts';
import { SAFEGUARD_WORDS } from '#server/agreements/safeguard-words.ts';
import { SAFEGUARDS } from '#server/agreements/schemas.ts';
import { StepUpFields, useStepUp } from './step-up.tsx';

type Safeguard = (typeof SAFEGUARDS)[number];

/** The yearly verification of a business associate, by a named expert; nothing is ticked beforehand. */
export function VerifySafeguards({ agreementId }: { agreementId: string }) {
  const client = useTRPCClient();
  const router = useRouter();
  const stepUp = useStepUp();
  const [isOpen, setIsOpen] = useState(false);
  const [expertName, setExpertName] = useState('');
  const [expertTitle, setExpertTitle] = useState('');
  const [analysis, setAnalysis] = useState('');
  const [inPlace, setInPlace] = useState<readonly Safeguard[]>([]);

  async function verify() {
    const isDone = await stepUp.run(async () => {
      await client.agreements.verifySafeguards.mutate({
        agreementId,
        expertName,
        expertTitle,
        analysis,
        inPlace: [...inPlace],
      });
    });
    if (!isDone) return;
    setIsOpen(false);
    toast.success('The verification is signed and kept.');
    router.refresh();
  }

  const errors = byField(stepUp.problems);
  return (
    <Dialog
      title="Verify the safeguards"
      description="Once a year, with the written analysis of somebody who knows them. You sign for your organisation."
      trigger={<Button>Verify safeguards…</Button>}
      open={isOpen}
      onOpenChange={setIsOpen}
      footer={
        <Button variant="primary" pending={stepUp.isPending} onClick={verify}>
          Sign verification
        </Button>
      }
    >
      <div className="flex flex-col gap-4">
        <FormErrorSummary problems={stepUp.problems.filter((one) => one.name === undefined)} />
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label="Expert" name="expertName" error={errors.expertName}>
            <Input value={expertName} onChange={(event) => setExpertName(event.target.value)} />
          </Field>
          <Field label="Title" name="expertTitle" error={errors.expertTitle}>
            <Input value={expertTitle} onChange={(event) => setExpertTitle(event.target.value)} />
          </Field>
        </div>
        <fieldset className="flex flex-col gap-2">
          <legend className="pb-1 font-medium text-sm">In place</legend>
          {SAFEGUARDS.map((safeguard) => (
            <Checkbox
              key={safeguard}
              label={SAFEGUARD_WORDS[safeguard]}
              checked={inPlace.includes(safeguard)}
              onCheckedChange={(checked) =>
                setInPlace(
                  checked === true ? [...inPlace, safeguard] : inPlace.filter((one) => one !== safeguard),
                )
              }
            />
          ))}
          {errors.inPlace ? <p className="text-critical-ink text-xs">{errors.inPlace}</p> : null}
        </fieldset>
        <Field
          label="Analysis"
          name="analysis"
          hint="What was looked at, and what was found"
          error={errors.analysis}
        >
          <Textarea value={analysis} rows={5} onChange={(event) => setAnalysis(event.target.value)} />
        </Field>
        <StepUpFields stepUp={stepUp} errors={errors} />
      </div>
    </Dialog>
  );
}
