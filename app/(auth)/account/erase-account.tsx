'use client';

import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { refusalProblems } from '#app/_shell/read-form.ts';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Dialog } from '#app/_ui/dialog.tsx';
import { Field } from '#app/_ui/field.tsx';
import { Input } from '#app/_ui/input.tsx';

/** Erases what identifies the person, after their password; says beforehand what stays. */
export function EraseAccount() {
  const trpc = useTRPC();
  const [password, setPassword] = useState('');
  const [refusal, setRefusal] = useState<string>();
  const erase = useMutation(
    trpc.identity.eraseAccount.mutationOptions({
      onSuccess: () => window.location.assign('/'),
      onError: (error) => {
        setPassword('');
        setRefusal(refusalProblems(error)[0]?.message);
      },
    }),
  );

  function submit(event: FormEvent) {
    event.preventDefault();
    erase.mutate({ password });
  }

  return (
    <>
      <p className="prose-width text-ink-2 text-sm">
        Your name, address, password and devices are removed and your organisations lose you as a member. What
        the law asks to keep stays under a pseudonym: the labels you made, what you were paid, what you
        signed.
      </p>
      <div>
        <Dialog
          size="sm"
          title="Erase your account"
          description="This cannot be undone. You can sign up again later, as somebody new."
          trigger={<Button>Erase account…</Button>}
        >
          <form noValidate onSubmit={submit} className="flex flex-col gap-4">
            <Field label="Password" error={refusal}>
              <Input
                type="password"
                autoComplete="current-password"
                value={password}
                onChange={(event) => setPassword(event.target.value)}
              />
            </Field>
            <div className="flex justify-end">
              <Button
                type="submit"
                variant="danger"
                disabled={password === ''}
                pending={erase.isPending || erase.isSuccess}
              >
                Erase my account
              </Button>
            </div>
          </form>
        </Dialog>
      </div>
    </>
  );
}
