'use client';

import { FormDialog } from '#app/_shell/form-dialog.tsx';
import { sendChecked } from '#app/_shell/read-form.ts';
import { useTRPCClient } from '#app/_trpc/client.tsx';
import { useInstantWords } from '#app/_ui/date-time.tsx';
import { Field } from '#app/_ui/field.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import { appealInput } from '#server/appeals/schemas.ts';

export type AppealFormProps = {
  batchId: string;
  labelId: string;
  project: string;
  batch: string;
  submittedAt: Date;
};

/** The author's appeal against the rejection of a read, with their reason (R31). */
export function AppealForm({ batchId, labelId, project, batch, submittedAt }: AppealFormProps) {
  const client = useTRPCClient();
  const title = `Appeal the rejection of your read of ${useInstantWords(submittedAt)} in ${project}, ${batch}`;
  return (
    <FormDialog
      verb="Appeal"
      title={title}
      label={title}
      description="Somebody else than who rejected it looks at the read, the evidence and what you write, and decides within 7 days. A rejection is appealed once."
      done="Your appeal is in. You are told when it is decided."
      onSend={(values) =>
        sendChecked(appealInput, { batchId, labelId, reason: values.reason }, client.appeals.appeal.mutate)
      }
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
