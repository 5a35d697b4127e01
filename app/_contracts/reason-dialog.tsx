'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { byField, refusalProblems } from '#app/_shell/read-form.ts';
import { Button } from '#app/_ui/button.tsx';
import { Dialog } from '#app/_ui/dialog.tsx';
import { Field } from '#app/_ui/field.tsx';
import { FormErrorSummary, type FormProblem } from '#app/_ui/form-error-summary.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import { toast } from '#app/_ui/toast.ts';

export type ReasonDialogProps = {
  verb: string;
  title: string;
  description: string;
  done: string;
  isDanger?: boolean;
  onDecide: (reason: string) => Promise<unknown>;
};

/** A decision with a reason that the other side reads. */
export function ReasonDialog({ verb, title, description, done, isDanger, onDecide }: ReasonDialogProps) {
  const router = useRouter();
  const [isOpen, setIsOpen] = useState(false);
  const [reason, setReason] = useState('');
  const [isPending, setIsPending] = useState(false);
  const [problems, setProblems] = useState<readonly FormProblem[]>([]);

  async function decide() {
    setIsPending(true);
    try {
      await onDecide(reason.trim());
      setIsOpen(false);
      toast.success(done);
      router.refresh();
    } catch (error) {
      setProblems(refusalProblems(error));
    } finally {
      setIsPending(false);
    }
  }

  return (
    <Dialog
      title={title}
      description={description}
      trigger={<Button size="sm">{verb}</Button>}
      open={isOpen}
      onOpenChange={setIsOpen}
      footer={
        <Button variant={isDanger ? 'danger' : 'primary'} pending={isPending} onClick={decide}>
          {verb}
        </Button>
      }
    >
      <div className="flex flex-col gap-4">
        <FormErrorSummary problems={problems} />
        <Field label="Reason" name="reason" hint="The other side reads it" error={byField(problems).reason}>
          <Textarea rows={3} value={reason} onChange={(event) => setReason(event.target.value)} />
        </Field>
      </div>
    </Dialog>
  );
}
