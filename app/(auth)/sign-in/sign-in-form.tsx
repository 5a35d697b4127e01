'use client';

import { type FormEvent, useEffect, useRef, useState } from 'react';
import { enter } from '#app/_shell/sign-in-call.ts';
import { Button } from '#app/_ui/button.tsx';
import { Field } from '#app/_ui/field.tsx';
import { FormErrorSummary } from '#app/_ui/form-error-summary.tsx';
import { Input } from '#app/_ui/input.tsx';
import { CodeField } from '#app/_ui/second-factor.tsx';

/** Address and password, then the code of an authenticator app where there is one; goes on to `next`, a path in the app. */
export function SignInForm({ next }: { next: string }) {
  const form = useRef<HTMLFormElement>(null);
  const [isPending, setIsPending] = useState(false);
  const [asksCode, setAsksCode] = useState(false);
  const [code, setCode] = useState('');
  const [refusal, setRefusal] = useState<string | null>(null);

  // The password was right: what is left to type is the code.
  useEffect(() => {
    if (asksCode) focusOn(form.current, 'code');
  }, [asksCode]);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const email = String(data.get('email') ?? '').trim();
    const password = String(data.get('password') ?? '');
    if (email === '' || password === '') {
      setRefusal('Enter your e-mail address and your password.');
      return;
    }
    setIsPending(true);
    setRefusal(null);
    const said = await enter(email, password, code);
    if (said === null) {
      window.location.assign(next);
      return;
    }
    setIsPending(false);
    setCode('');
    const isFirstAsk = said.asksCode && !asksCode;
    setRefusal(isFirstAsk ? null : said.words);
    setAsksCode(said.asksCode);
    if (!said.asksCode) clear(form.current, 'password');
  }

  return (
    <form ref={form} noValidate method="post" onSubmit={submit} className="flex flex-col gap-4">
      <FormErrorSummary
        title="You are not signed in"
        problems={refusal === null ? [] : [{ name: asksCode ? 'code' : 'password', message: refusal }]}
      />
      <Field label="E-mail address" name="email" required>
        <Input name="email" type="email" autoComplete="username" className="h-10" />
      </Field>
      <Field label="Password" name="password" required>
        <Input name="password" type="password" autoComplete="current-password" className="h-10" />
      </Field>
      {asksCode ? (
        <CodeField
          always
          value={code}
          onChange={setCode}
          hint="Six digits from your app. Without it, type one of your recovery codes."
        />
      ) : null}
      <Button type="submit" variant="primary" size="lg" pending={isPending}>
        Sign in
      </Button>
    </form>
  );
}

function field(form: HTMLFormElement | null, name: string): HTMLInputElement | null {
  const found = form?.elements.namedItem(name);
  return found instanceof HTMLInputElement ? found : null;
}

function focusOn(form: HTMLFormElement | null, name: string): void {
  field(form, name)?.focus();
}

function clear(form: HTMLFormElement | null, name: string): void {
  const input = field(form, name);
  if (input !== null) input.value = '';
}
