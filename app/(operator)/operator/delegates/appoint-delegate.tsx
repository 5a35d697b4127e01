'use client';

import { FormDialog } from '#app/_shell/form-dialog.tsx';
import { sendChecked } from '#app/_shell/read-form.ts';
import { useTRPCClient } from '#app/_trpc/client.tsx';
import { Field } from '#app/_ui/field.tsx';
import { Input } from '#app/_ui/input.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import { appointDelegateInput } from '#server/credentials/delegation-schemas.ts';

/** Appoints a vendor that has signed the agreement, on the audit of its files. */
export function AppointDelegate({
  candidates,
}: {
  candidates: readonly { orgId: string; vendor: string }[];
}) {
  const client = useTRPCClient();
  const number = (text: unknown) => Number(text === '' || text === undefined ? Number.NaN : text);
  return (
    <FormDialog
      verb="Appoint a delegate"
      title="Appoint a delegate"
      description="For a year from the audit. Eight files suffice when all are in order; otherwise thirty are looked at, and nine in ten have to be."
      done="The vendor is a delegate. Its checks count as yours; a sample is drawn every month."
      onSend={(values) =>
        sendChecked(
          appointDelegateInput,
          {
            orgId: values.orgId,
            auditedOn: values.auditedOn,
            filesAudited: number(values.filesAudited),
            filesPassed: number(values.filesPassed),
            findings: values.findings,
            sampleShareBasisPoints: Math.round(number(values.share) * 100),
          },
          client.credentials.appointDelegate.mutate,
        )
      }
    >
      {(errors) => (
        <>
          <Field
            label="Vendor"
            name="orgId"
            hint="With the delegation agreement in force"
            error={errors.orgId}
          >
            <NativeSelect name="orgId" defaultValue={candidates[0]?.orgId ?? ''}>
              {candidates.length === 0 ? <option value="">None has signed it</option> : null}
              {candidates.map((one) => (
                <option key={one.orgId} value={one.orgId}>
                  {one.vendor}
                </option>
              ))}
            </NativeSelect>
          </Field>
          <div className="grid items-end gap-4 sm:grid-cols-2">
            <Field label="Audited on" name="auditedOn" error={errors.auditedOn}>
              <Input name="auditedOn" type="date" />
            </Field>
            <Field
              label="Drawn each month"
              name="share"
              hint="At least eight checks"
              error={errors.sampleShareBasisPoints}
            >
              <Input name="share" inputMode="decimal" suffix="%" defaultValue="5" />
            </Field>
            <Field label="Files audited" name="filesAudited" error={errors.filesAudited}>
              <Input name="filesAudited" inputMode="numeric" />
            </Field>
            <Field label="Of them in order" name="filesPassed" error={errors.filesPassed}>
              <Input name="filesPassed" inputMode="numeric" />
            </Field>
          </div>
          <Field
            label="What was found"
            name="findings"
            hint="Which files, which sources, who checks, how evidence is kept"
            error={errors.findings}
          >
            <Textarea name="findings" rows={4} />
          </Field>
        </>
      )}
    </FormDialog>
  );
}
