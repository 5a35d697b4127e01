'use client';

import { sendDocument } from '#app/_credentials/send-document.ts';
import { FormDialog } from '#app/_shell/form-dialog.tsx';
import { formProblems } from '#app/_shell/read-form.ts';
import { useTRPCClient } from '#app/_trpc/client.tsx';
import { Field } from '#app/_ui/field.tsx';
import { Input } from '#app/_ui/input.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';
import { verifyAsDelegateInput } from '#server/credentials/delegation-schemas.ts';
import type { CredentialStatus } from '#server/credentials/schemas.ts';

/** A delegate records that the source has confirmed a credential. What it says otherwise is not recorded here. */
export function VerifyCredential(props: {
  credentialId: string;
  seenStatus: CredentialStatus;
  what: string;
  issuer: string;
}) {
  const { credentialId, seenStatus, what, issuer } = props;
  const client = useTRPCClient();
  const title = `Check at the source: ${what}`;
  return (
    <FormDialog
      verb="Record check"
      size="sm"
      title={title}
      label={`Record check: ${what}`}
      description="Only what the source itself has confirmed. What it says otherwise, or against the person, you report to the operator the same day instead."
      done="Recorded. It counts as verified at its source."
      onSend={async (values, form) => {
        const file = new FormData(form).get('evidence');
        const parsed = verifyAsDelegateInput.safeParse({
          credentialId,
          seenStatus,
          primarySource: values.primarySource,
          communicationMethod: values.communicationMethod,
          sourceAsOf: values.sourceAsOf,
          ...(values.validUntil === '' ? {} : { validUntil: values.validUntil }),
          fileReference: values.fileReference,
        });
        if (!parsed.success) return formProblems(parsed.error);
        if (!(file instanceof File) || file.size === 0) {
          await client.credentials.verifyAsDelegate.mutate(parsed.data);
          return null;
        }
        // The file first: the check names it by its hash.
        const sent = await sendDocument(credentialId, file);
        if (!sent.ok) return [{ name: 'evidence', message: sent.message }];
        await client.credentials.verifyAsDelegate.mutate({
          ...parsed.data,
          evidenceFileId: sent.document.fileId,
        });
        return null;
      }}
    >
      {(errors) => (
        <>
          <Field label="Source that was asked" name="primarySource" error={errors.primarySource}>
            <Input name="primarySource" defaultValue={issuer} />
          </Field>
          <div className="grid gap-4 sm:grid-cols-2">
            <Field label="How" name="communicationMethod" error={errors.communicationMethod}>
              <NativeSelect name="communicationMethod" defaultValue="portal">
                <option value="portal">its website</option>
                <option value="manual">letter, mail or telephone</option>
                <option value="pull">its interface, asked</option>
                <option value="push">its interface, told</option>
              </NativeSelect>
            </Field>
            <Field label="As of" name="sourceAsOf" hint="At most 120 days ago" error={errors.sourceAsOf}>
              <Input name="sourceAsOf" type="date" />
            </Field>
            <Field
              label="Ask again by"
              name="validUntil"
              optional
              hint="Empty: as the register asks"
              error={errors.validUntil}
            >
              <Input name="validUntil" type="date" />
            </Field>
            <Field
              label="Your file"
              name="fileReference"
              hint="An operator who samples asks for it"
              error={errors.fileReference}
            >
              <Input name="fileReference" />
            </Field>
          </div>
          <Field
            label="Evidence"
            name="evidence"
            optional
            hint="What the source showed or wrote: PDF, PNG or JPEG, at most 8 MB. Operators alone open it."
            error={errors.evidence}
          >
            <Input name="evidence" type="file" accept="application/pdf,image/png,image/jpeg" />
          </Field>
        </>
      )}
    </FormDialog>
  );
}
