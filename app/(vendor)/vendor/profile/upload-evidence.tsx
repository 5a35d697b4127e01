'use client';

import { FormDialog } from '#app/_shell/form-dialog.tsx';
import { formProblems } from '#app/_shell/read-form.ts';
import { sendForm } from '#app/_shell/send-form.ts';
import { Checkbox } from '#app/_ui/checkbox.tsx';
import { Field } from '#app/_ui/field.tsx';
import { Input } from '#app/_ui/input.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import { EVIDENCE_KINDS, EVIDENCE_TITLES, evidenceMeta } from '#server/vendors/schemas.ts';

/** A document with what it says, for an operator to compare. */
export function UploadEvidence() {
  return (
    <div>
      <FormDialog
        verb="Upload document"
        title="Upload document"
        description="A PDF of at most 20 MB. An operator compares it with what you enter here."
        done="Uploaded. It is shown as not reviewed until an operator has compared it."
        onSend={async (values, form) => {
          const parsed = evidenceMeta.safeParse({
            ...values,
            isOpenToSponsors: values.isOpenToSponsors === 'on',
          });
          const file = new FormData(form).get('file');
          const problems = parsed.success ? [] : formProblems(parsed.error);
          if (!(file instanceof File) || file.size === 0)
            problems.push({ name: 'file', message: 'Choose the document to upload.' });
          if (!parsed.success || problems.length > 0 || !(file instanceof File)) return problems;
          return sendForm('/api/uploads/vendor-evidence', parsed.data, file);
        }}
      >
        {(errors) => (
          <>
            <Field label="What it is" name="kind" error={errors.kind}>
              <NativeSelect name="kind" defaultValue="soc2_type2">
                {EVIDENCE_KINDS.map((kind) => (
                  <option key={kind} value={kind}>
                    {EVIDENCE_TITLES[kind]}
                  </option>
                ))}
              </NativeSelect>
            </Field>
            <Field label="Issued by" name="issuer" hint="Auditor, certifier or insurer" error={errors.issuer}>
              <Input name="issuer" />
            </Field>
            <Field label="Scope" name="scope" hint="Systems, sites, limits" error={errors.scope}>
              <Textarea name="scope" rows={2} />
            </Field>
            <div className="grid gap-4 sm:grid-cols-3">
              <Field label="Period from" name="periodFrom" error={errors.periodFrom}>
                <Input type="date" name="periodFrom" />
              </Field>
              <Field label="Period to" name="periodTo" error={errors.periodTo}>
                <Input type="date" name="periodTo" />
              </Field>
              <Field label="Expires on" name="expiresOn" error={errors.expiresOn}>
                <Input type="date" name="expiresOn" />
              </Field>
            </div>
            <Field label="Exceptions it names" name="gaps" optional error={errors.gaps}>
              <Textarea name="gaps" rows={2} />
            </Field>
            <Field label="Document" name="file" error={errors.file}>
              <Input type="file" name="file" accept="application/pdf" />
            </Field>
            <Checkbox name="isOpenToSponsors" label="Sponsors I bid with may open the document itself" />
          </>
        )}
      </FormDialog>
    </div>
  );
}
