import { FormDialog, type FormDialogProps } from '#app/_shell/form-dialog.tsx';
import { Field } from '#app/_ui/field.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';

export type ReasonDialogProps = Pick<FormDialogProps, 'verb' | 'title' | 'label' | 'done' | 'isDanger'> & {
  description: string;
  onDecide: (reason: string) => Promise<unknown>;
};

/** A decision with a reason that the other side reads. */
export function ReasonDialog({ onDecide, ...dialog }: ReasonDialogProps) {
  return (
    <FormDialog
      {...dialog}
      size="sm"
      onSend={async ({ reason }) => {
        await onDecide(String(reason).trim());
        return null;
      }}
    >
      {(errors) => (
        <Field label="Reason" name="reason" hint="The other side reads it" error={errors.reason}>
          <Textarea name="reason" rows={3} />
        </Field>
      )}
    </FormDialog>
  );
}
