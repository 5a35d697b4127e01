'use client';

import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useRef, useState } from 'react';
import { byField, formProblems, readForm, refusalProblems } from '#app/_shell/read-form.ts';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Field } from '#app/_ui/field.tsx';
import { FormErrorSummary, type FormProblem } from '#app/_ui/form-error-summary.tsx';
import { Input } from '#app/_ui/input.tsx';
import { toast } from '#app/_ui/toast.ts';
import { changePasswordInput } from '#server/identity/schemas.ts';

/** Changes the password; the other sessions end with it. */
export function PasswordForm() {
  const trpc = useTRPC();
  const form = useRef<HTMLFormElement>(null);
  const [problems, setProblems] = useState<readonly FormProblem[]>([]);
  const change = useMutation(
    trpc.identity.changePassword.mutationOptions({
      onSuccess: ({ sessionsEnded }) => {
        form.current?.reset();
        toast.success(
          sessionsEnded === 0
            ? 'Password changed.'
            : `Password changed; ${sessionsEnded} other sessions ended.`,
        );
      },
      onError: (error) =>
        setProblems(
          refusalProblems(error, (path) =>
            (error.data as { reason?: string } | null)?.reason === 'password_wrong'
              ? 'currentPassword'
              : path,
          ).map((one) => (one.name === 'password' ? { ...one, name: 'newPassword' } : one)),
        ),
    }),
  );

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const parsed = changePasswordInput.safeParse(readForm(event.currentTarget));
    setProblems(parsed.success ? [] : formProblems(parsed.error));
    if (parsed.success) change.mutate(parsed.data);
  }

  const wrong = byField(problems);
  return (
    <form ref={form} noValidate method="post" onSubmit={submit} className="flex max-w-sm flex-col gap-4">
      <FormErrorSummary problems={problems} />
      <Field label="Present password" name="currentPassword" error={wrong.currentPassword}>
        <Input name="currentPassword" type="password" autoComplete="current-password" />
      </Field>
      <Field
        label="New password"
        name="newPassword"
        hint="At least 12 characters; a few words are best"
        error={wrong.newPassword}
      >
        <Input name="newPassword" type="password" autoComplete="new-password" />
      </Field>
      <div>
        <Button type="submit" pending={change.isPending}>
          Change password
        </Button>
      </div>
    </form>
  );
}
