'use client';

import { FormDialog } from '#app/_shell/form-dialog.tsx';
import { formProblems } from '#app/_shell/read-form.ts';
import { useTRPCClient } from '#app/_trpc/client.tsx';
import { Field } from '#app/_ui/field.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import { appealInput } from '#server/appeals/schemas.ts';

/** The author's appeal against the rejection of a read, with their reason (R31). */
export function AppealForm({ batchId, labelId }: { batchId: string; labelId: string }) {
  const client = useTRPCClient();
  return (
    <FormDialog
      verb="Appeal"
      title="Appeal this rejection"
      description="Somebody else than who rejected it looks at the read, the evidence and what you write, and decides within 7 days. A rejection is appealed once."
      done="Your appeal is in. You are told when it is decided."
      onSend={async (values) => {
        const parsed = appealInput.safeParse({ batchId, labelId, reason: values.reason });
        if (!parsed.success) return formProblems(parsed.error);
        await client.appeals.appeal.mutate(parsed.data);
        return null;
      }}
    >
      {(errors) => (
        <Field
          label="Why the read should count"
          name="reason"
          hint="Say what you did and saw. Nothing that tells who the patient is."
          error={errors.reason}
        >
          <Textarea name="reason" rows={5} />
        </Field>
      )}
    </FormDialog>
  );
}
