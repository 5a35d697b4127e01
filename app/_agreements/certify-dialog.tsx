'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { byField } from '#app/_shell/read-form.ts';
import { Button } from '#app/_ui/button.tsx';
import { Checkbox } from '#app/_ui/checkbox.tsx';
import { Dialog } from '#app/_ui/dialog.tsx';
import { Field } from '#app/_ui/field.tsx';
import { FormErrorSummary } from '#app/_ui/form-error-summary.tsx';
import { Input } from '#app/_ui/input.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import { toast } from '#app/_ui/toast.ts';
import type { CertifyWindDownInput } from '#server/agreements/schemas.ts';
import { StepUpFields, useStepUp } from './step-up.tsx';
import { METHOD_WORDS } from './term-words.ts';

type Method = CertifyWindDownInput['certificate']['method'];
export type Certificate = CertifyWindDownInput['certificate'];

/** An organisation's certificate that what it held was returned or destroyed; not changed afterwards. */
export function CertifyDialog({
  of,
  onCertify,
}: {
  of: string;
  onCertify: (one: Certificate) => Promise<void>;
}) {
  const router = useRouter();
  const stepUp = useStepUp();
  const [isOpen, setIsOpen] = useState(false);
  const [method, setMethod] = useState<Method>('nothing_held');
  const [systems, setSystems] = useState('');
  const [backups, setBackups] = useState('');
  const [why, setWhy] = useState('');
  const [goesOn, setGoesOn] = useState(false);
  const isInfeasible = method === 'infeasible';

  async function certify() {
    if (systems.trim() === '') {
      stepUp.setProblems([{ name: 'systems', message: 'Name the systems and media it covers.' }]);
      return;
    }
    const isDone = await stepUp.run(async () => {
      await onCertify({
        method,
        systems,
        backupsExpireOn: backups === '' ? null : backups,
        infeasibleReason: isInfeasible ? why : null,
        continuesProtections: goesOn,
      });
    });
    if (!isDone) return;
    setIsOpen(false);
    toast.success('The certificate is kept.');
    router.refresh();
  }

  const errors = Object.fromEntries(
    Object.entries(byField(stepUp.problems)).map(([name, message]) => [
      name.replace('certificate.', ''),
      message,
    ]),
  );
  return (
    <Dialog
      title="Certify return or destruction"
      description={`Of everything your organisation held ${of}. You sign for your organisation.`}
      trigger={<Button size="sm">Certify…</Button>}
      open={isOpen}
      onOpenChange={setIsOpen}
      footer={
        <Button variant="primary" pending={stepUp.isPending} onClick={certify}>
          Sign certificate
        </Button>
      }
    >
      <div className="flex flex-col gap-4">
        <FormErrorSummary problems={stepUp.problems.filter((one) => one.name === undefined)} />
        <Field label="What was done" name="method" error={errors.method}>
          <NativeSelect value={method} onChange={(event) => setMethod(event.target.value as Method)}>
            {Object.entries(METHOD_WORDS).map(([value, words]) => (
              <option key={value} value={value}>
                {words}
              </option>
            ))}
          </NativeSelect>
        </Field>
        <Field label="Systems and media it covers" name="systems" error={errors.systems}>
          <Textarea value={systems} rows={3} onChange={(event) => setSystems(event.target.value)} />
        </Field>
        <Field
          label="Last day of any backup"
          name="backupsExpireOn"
          optional
          error={errors.backupsExpireOn}
          hint="Left empty, no backup holds any of it"
        >
          <Input type="date" value={backups} onChange={(event) => setBackups(event.target.value)} />
        </Field>
        {isInfeasible ? (
          <>
            <Field label="Why it is not feasible" name="infeasibleReason" error={errors.infeasibleReason}>
              <Textarea value={why} rows={2} onChange={(event) => setWhy(event.target.value)} />
            </Field>
            <Checkbox
              label="The protections of the agreement go on for what is kept, and it is used for nothing but that reason."
              checked={goesOn}
              aria-invalid={errors.continuesProtections ? true : undefined}
              onCheckedChange={(checked) => setGoesOn(checked === true)}
            />
            {errors.continuesProtections ? (
              <p className="text-critical-ink text-xs">{errors.continuesProtections}</p>
            ) : null}
          </>
        ) : null}
        <StepUpFields stepUp={stepUp} errors={errors} />
      </div>
    </Dialog>
  );
}
