'use client';

import { useRouter } from 'next/navigation';
import { type FormEvent, type ReactNode, useId, useState } from 'react';
import { byField, readForm, refusalProblems } from '#app/_shell/read-form.ts';
import { Button } from '#app/_ui/button.tsx';
import { Dialog } from '#app/_ui/dialog.tsx';
import { FormErrorSummary, type FormProblem } from '#app/_ui/form-error-summary.tsx';
import { toast } from '#app/_ui/toast.ts';

export type FormDialogProps = {
  verb: string;
  title: string;
  description?: string;
  done: string;
  /** Of the button that opens it; small in a row. */
  size?: 'sm' | 'md';
  /** Of the dialog itself. */
  dialogSize?: 'md' | 'lg';
  /** Sends what was filled in; returns what is wrong, or null. May throw a refusal. */
  onSend: (values: Record<string, unknown>, form: HTMLFormElement) => Promise<FormProblem[] | null>;
  children: (errors: Partial<Record<string, string>>) => ReactNode;
};

/** A small form in a dialog, with its problems on top. */
export function FormDialog({
  verb,
  title,
  description,
  done,
  size = 'md',
  dialogSize = 'md',
  onSend,
  children,
}: FormDialogProps) {
  const router = useRouter();
  const formId = useId();
  const [isOpen, setIsOpen] = useState(false);
  const [isPending, setIsPending] = useState(false);
  const [problems, setProblems] = useState<readonly FormProblem[]>([]);

  async function send(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    setIsPending(true);
    try {
      const wrong = await onSend(readForm(event.currentTarget), event.currentTarget);
      setProblems(wrong ?? []);
      if (wrong) return;
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
      size={dialogSize}
      title={title}
      {...(description === undefined ? {} : { description })}
      trigger={
        <Button size={size} aria-label={size === 'sm' ? title : undefined}>
          {verb}
        </Button>
      }
      open={isOpen}
      onOpenChange={(open) => {
        setIsOpen(open);
        setProblems([]);
      }}
      footer={
        <Button type="submit" form={formId} variant="primary" pending={isPending}>
          {verb}
        </Button>
      }
    >
      <form id={formId} noValidate onSubmit={send} className="flex flex-col gap-4">
        <FormErrorSummary problems={problems} />
        {children(byField(problems))}
      </form>
    </Dialog>
  );
}
