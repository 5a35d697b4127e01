'use client';

import { type FormEvent, useState } from 'react';
import { byField, refusalProblems } from '#app/_shell/read-form.ts';
import { Button } from '#app/_ui/button.tsx';
import { Dialog } from '#app/_ui/dialog.tsx';
import { Field } from '#app/_ui/field.tsx';
import { FormErrorSummary, type FormProblem } from '#app/_ui/form-error-summary.tsx';
import { Input } from '#app/_ui/input.tsx';
import { CodeField } from '#app/_ui/second-factor.tsx';

export type ConfirmWithCodeProps = {
  verb: string;
  says: string;
  danger?: boolean;
  confirm: (proof: { password: string; code: string }) => Promise<void>;
};

/** Asks for password and code before a change of the second factor. */
export function ConfirmWithCode({ verb, says, danger = false, confirm }: ConfirmWithCodeProps) {
  const [isOpen, setIsOpen] = useState(false);
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [isPending, setIsPending] = useState(false);
  const [problems, setProblems] = useState<readonly FormProblem[]>([]);

  async function submit(event: FormEvent) {
    event.preventDefault();
    setIsPending(true);
    try {
      await confirm({ password, code });
      setIsOpen(false);
      setProblems([]);
    } catch (error) {
      setProblems(refusalProblems(error));
    }
    setPassword('');
    setCode('');
    setIsPending(false);
  }

  const wrong = byField(problems);
  return (
    <Dialog
      size="sm"
      title={verb}
      description={says}
      trigger={<Button>{verb}…</Button>}
      open={isOpen}
      onOpenChange={setIsOpen}
    >
      <form noValidate onSubmit={submit} className="flex flex-col gap-4">
        <FormErrorSummary problems={problems.filter((one) => one.name === undefined)} />
        <Field label="Password" name="password" error={wrong.password}>
          <Input
            type="password"
            autoComplete="current-password"
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        </Field>
        <CodeField
          always
          value={code}
          onChange={setCode}
          error={wrong.code}
          hint="Six digits, or a recovery code."
        />
        <div className="flex justify-end">
          <Button
            type="submit"
            variant={danger ? 'danger' : 'primary'}
            pending={isPending}
            disabled={password === '' || code.trim() === ''}
          >
            {verb}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
