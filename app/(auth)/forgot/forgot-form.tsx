'use client';

import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { byField, formProblems, readForm, refusalProblems } from '#app/_shell/read-form.ts';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Field } from '#app/_ui/field.tsx';
import { FormErrorSummary, type FormProblem } from '#app/_ui/form-error-summary.tsx';
import { Input } from '#app/_ui/input.tsx';
import { resetRequestInput } from '#server/identity/schemas.ts';

/** Asks for the link; what it says afterwards is the same whether or not the address has an account. */
export function ForgotForm() {
  const trpc = useTRPC();
  const [problems, setProblems] = useState<readonly FormProblem[]>([]);
  const ask = useMutation(
    trpc.identity.requestPasswordReset.mutationOptions({
      onError: (error) => setProblems(refusalProblems(error)),
    }),
  );

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const parsed = resetRequestInput.safeParse(readForm(event.currentTarget));
    setProblems(parsed.success ? [] : formProblems(parsed.error));
    if (parsed.success) ask.mutate(parsed.data);
  }

  if (ask.isSuccess) {
    return (
      <div role="status" className="flex flex-col gap-3 text-base">
        <p>
          If <strong>{ask.variables.email}</strong> has an account, the link is on its way.
        </p>
        <p className="text-ink-2 text-sm">
          Nothing after a few minutes? Look among unwanted mail and check the address. An address gets at most
          three links an hour; the newest one works.
        </p>
        <div>
          <Button onClick={() => ask.reset()}>Try another address</Button>
        </div>
      </div>
    );
  }
  return (
    <form noValidate method="post" onSubmit={submit} className="flex flex-col gap-4">
      <FormErrorSummary problems={problems} />
      <Field label="E-mail address" name="email" required error={byField(problems).email}>
        <Input name="email" type="email" autoComplete="username" className="h-10" />
      </Field>
      <Button type="submit" variant="primary" size="lg" pending={ask.isPending}>
        Send link
      </Button>
    </form>
  );
}
