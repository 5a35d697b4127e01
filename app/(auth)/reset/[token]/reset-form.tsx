'use client';

import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { byField, formProblems, readForm, refusalProblems } from '#app/_shell/read-form.ts';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Field } from '#app/_ui/field.tsx';
import { FormErrorSummary, type FormProblem } from '#app/_ui/form-error-summary.tsx';
import { Input } from '#app/_ui/input.tsx';
import { resetPasswordInput } from '#server/identity/schemas.ts';

/** Sets the new password and leads to sign-in. */
export function ResetForm({ token }: { token: string }) {
  const trpc = useTRPC();
  const [problems, setProblems] = useState<readonly FormProblem[]>([]);
  const reset = useMutation(
    trpc.identity.resetPassword.mutationOptions({
      onSuccess: () => window.location.assign('/sign-in?password=changed'),
      onError: (error) =>
        setProblems(refusalProblems(error, (path) => (path === 'password' ? 'newPassword' : path))),
    }),
  );

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const parsed = resetPasswordInput.safeParse({ ...readForm(event.currentTarget), token });
    setProblems(parsed.success ? [] : formProblems(parsed.error));
    if (parsed.success) reset.mutate(parsed.data);
  }

  return (
    <form noValidate method="post" onSubmit={submit} className="flex flex-col gap-4">
      <FormErrorSummary problems={problems} />
      <Field
        label="New password"
        name="newPassword"
        hint="At least 12 characters; a few words are best"
        error={byField(problems).newPassword}
      >
        <Input name="newPassword" type="password" autoComplete="new-password" className="h-10" />
      </Field>
      <Button type="submit" variant="primary" size="lg" pending={reset.isPending || reset.isSuccess}>
        Set new password
      </Button>
    </form>
  );
}
