'use client';

import { type FormEvent, useState } from 'react';
import { enter } from '#app/_shell/sign-in-call.ts';
import { Button } from '#app/_ui/button.tsx';
import { Field } from '#app/_ui/field.tsx';
import { FormErrorSummary } from '#app/_ui/form-error-summary.tsx';
import { Input } from '#app/_ui/input.tsx';

/** Address and password; goes on to `next`, a path in the app. */
export function SignInForm({ next }: { next: string }) {
  const [isPending, setIsPending] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    const data = new FormData(form);
    const email = String(data.get('email') ?? '').trim();
    const password = String(data.get('password') ?? '');
    if (email === '' || password === '') {
      setRefusal('Enter your e-mail address and your password.');
      return;
    }
    setIsPending(true);
    setRefusal(null);
    const said = await enter(email, password);
    if (said === null) {
      window.location.assign(next);
      return;
    }
    setIsPending(false);
    setRefusal(said);
    const field = form.elements.namedItem('password');
    if (field instanceof HTMLInputElement) field.value = '';
  }

  return (
    <form noValidate method="post" onSubmit={submit} className="flex flex-col gap-4">
      <FormErrorSummary
        title="You are not signed in"
        problems={refusal === null ? [] : [{ name: 'password', message: refusal }]}
      />
      <Field label="E-mail address" name="email" required>
        <Input name="email" type="email" autoComplete="username" className="h-10" />
      </Field>
      <Field label="Password" name="password" required>
        <Input name="password" type="password" autoComplete="current-password" className="h-10" />
      </Field>
      <Button type="submit" variant="primary" size="lg" pending={isPending}>
        Sign in
      </Button>
    </form>
  );
}
