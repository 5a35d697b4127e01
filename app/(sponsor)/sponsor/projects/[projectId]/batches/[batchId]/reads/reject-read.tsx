'use client';

import { FormDialog } from '#app/_shell/form-dialog.tsx';
import { sendChecked } from '#app/_shell/read-form.ts';
import { REJECT_WORDS } from '#app/_shell/reject-words.ts';
import { useTRPCClient } from '#app/_trpc/client.tsx';
import { Field } from '#app/_ui/field.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import { rejectInput } from '#server/labels/schemas.ts';
import { REJECT_REASONS } from '#server/work/draft-work.ts';

export type RejectReadProps = {
  batchId: string;
  labelId: string;
  /** By whom it is and of which case: a slip leaves another's work unpaid. */
  which: string;
};

/** The sponsor rejects a read that waits for acceptance, for a reason of the closed list and with evidence (R31). */
export function RejectRead({ batchId, labelId, which }: RejectReadProps) {
  const client = useTRPCClient();
  const title = `Reject the read of ${which}`;
  return (
    <FormDialog
      size="sm"
      verb="Reject"
      title={title}
      label={title}
      description="It is not paid and not used, and somebody else reads the case in its place. The reader is told, reads your reason and evidence, and can appeal for 7 days; an operator decides. If it is overturned, it is paid besides. Disagreement, a missed known answer or a later change of the protocol is no reason."
      done="The read is rejected. Its reader is told why, and the case is read again."
      onSend={(values) =>
        sendChecked(rejectInput, { ...values, batchId, labelId }, client.labels.reject.mutate)
      }
    >
      {(errors) => (
        <>
          <Field label="Reason" name="reason" error={errors.reason}>
            <NativeSelect name="reason" defaultValue="">
              <option value="">Choose…</option>
              {REJECT_REASONS.map((reason) => (
                <option key={reason} value={reason}>
                  {REJECT_WORDS[reason]}
                </option>
              ))}
            </NativeSelect>
          </Field>
          <Field
            label="What shows it"
            name="evidence"
            hint="The reader reads it. Nothing that tells who the patient is."
            error={errors.evidence}
          >
            <Textarea name="evidence" rows={4} />
          </Field>
        </>
      )}
    </FormDialog>
  );
}
