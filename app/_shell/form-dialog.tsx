'use client';

import { useRouter } from 'next/navigation';
import { type FormEvent, type ReactNode, useCallback, useId, useRef, useState } from 'react';
import { type KeptFields, keepFields, restoreFields } from '#app/_shell/keep-fields.ts';
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
  /** What a screen reader says of that button where several have the same `verb`; begins with it. */
  label?: string | undefined;
  /** What cannot be taken back. */
  isDanger?: boolean | undefined;
  /** Of the dialog itself. */
  dialogSize?: 'md' | 'lg';
  /** Sends what was filled in; returns what is wrong, or null. May throw a refusal. */
  onSend: (values: Record<string, unknown>, form: HTMLFormElement) => Promise<FormProblem[] | null>;
  children: (errors: Partial<Record<string, string>>) => ReactNode;
};

/** A small form in a dialog, with its problems on top. What was typed is kept when it is closed, by a slip too, until it is sent. */
export function FormDialog({
  verb,
  title,
  description,
  done,
  size = 'md',
  label,
  isDanger = false,
  dialogSize = 'md',
  onSend,
  children,
}: FormDialogProps) {
  const router = useRouter();
  const formId = useId();
  const [isOpen, setIsOpen] = useState(false);
  const [isPending, setIsPending] = useState(false);
  const [problems, setProblems] = useState<readonly FormProblem[]>([]);
  const shown = useRef<HTMLFormElement>(null);
  const kept = useRef<KeptFields | null>(null);
  const fill = useCallback((form: HTMLFormElement | null) => {
    shown.current = form;
    if (form !== null && kept.current !== null) restoreFields(form.elements, kept.current);
  }, []);

  function change(open: boolean) {
    if (!open && shown.current !== null) kept.current = keepFields(shown.current.elements);
    setIsOpen(open);
    setProblems([]);
  }

  function refuse(wrong: readonly FormProblem[]) {
    setProblems(wrong);
    // Who closed it while it was sent would take it for done.
    if (shown.current === null) toast.error(`${title}: ${wrong[0]?.message ?? 'it was refused.'}`);
  }

  async function send(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    setIsPending(true);
    try {
      const wrong = await onSend(readForm(event.currentTarget), event.currentTarget);
      if (wrong) {
        refuse(wrong);
        return;
      }
      kept.current = null;
      setIsOpen(false);
      toast.success(done);
      router.refresh();
    } catch (error) {
      refuse(refusalProblems(error));
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
        <Button size={size} aria-label={label}>
          {verb}
        </Button>
      }
      open={isOpen}
      onOpenChange={change}
      footer={
        <Button type="submit" form={formId} variant={isDanger ? 'danger' : 'primary'} pending={isPending}>
          {verb}
        </Button>
      }
    >
      <form ref={fill} id={formId} noValidate onSubmit={send} className="flex flex-col gap-4">
        <FormErrorSummary problems={problems} />
        {children(byField(problems))}
      </form>
    </Dialog>
  );
}
