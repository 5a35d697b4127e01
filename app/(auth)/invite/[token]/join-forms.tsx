'use client';

import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { type Country, CountrySelect } from '#app/_shell/country-select.tsx';
import { byField, formProblems, readForm, refusalProblems } from '#app/_shell/read-form.ts';
import { enter, leave } from '#app/_shell/sign-in-call.ts';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Field } from '#app/_ui/field.tsx';
import { FormErrorSummary, type FormProblem } from '#app/_ui/form-error-summary.tsx';
import { Input } from '#app/_ui/input.tsx';
import { acceptInvitationInput } from '#server/identity/schemas.ts';

/** Joining for somebody who is signed in: their own invitation, or the word that it is not theirs. */
export function JoinSignedIn({
  token,
  organisation,
  signedInAs,
  invited,
}: {
  token: string;
  organisation: string;
  signedInAs: string;
  invited: string;
}) {
  const trpc = useTRPC();
  const [problems, setProblems] = useState<readonly FormProblem[]>([]);
  const join = useMutation(
    trpc.identity.acceptInvitation.mutationOptions({
      onSuccess: () => window.location.assign('/'),
      onError: (error) => setProblems(refusalProblems(error)),
    }),
  );
  if (signedInAs !== invited) {
    return (
      <div className="flex flex-col items-start gap-4">
        <p className="text-base">
          You are signed in as <strong>{signedInAs}</strong>. Sign out and open the link again, or ask for an
          invitation to this address.
        </p>
        <Button onClick={() => void leave()}>Sign out</Button>
      </div>
    );
  }
  return (
    <div className="flex flex-col items-start gap-4">
      <FormErrorSummary problems={problems} />
      <Button
        variant="primary"
        size="lg"
        pending={join.isPending || join.isSuccess}
        onClick={() => join.mutate({ token })}
      >
        Join {organisation}
      </Button>
    </div>
  );
}

/** Joining for somebody new: opens their account with the invited address. */
export function JoinForm({
  token,
  email,
  organisation,
  countries,
}: {
  token: string;
  email: string;
  organisation: string;
  countries: readonly Country[];
}) {
  const trpc = useTRPC();
  const join = useMutation(trpc.identity.acceptInvitation.mutationOptions());
  const [problems, setProblems] = useState<readonly FormProblem[]>([]);
  const [isPending, setIsPending] = useState(false);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const parsed = acceptInvitationInput.safeParse({ ...readForm(event.currentTarget), token });
    if (!parsed.success) {
      setProblems(formProblems(parsed.error));
      return;
    }
    setProblems([]);
    setIsPending(true);
    try {
      await join.mutateAsync(parsed.data);
    } catch (error) {
      setIsPending(false);
      setProblems(refusalProblems(error, (path) => (path === 'password' ? 'account.password' : path)));
      return;
    }
    const refusal = await enter(email, parsed.data.account?.password ?? '');
    window.location.assign(refusal === null ? '/' : '/sign-in');
  }

  const wrong = byField(problems);
  return (
    <form noValidate method="post" onSubmit={submit} className="flex flex-col gap-4">
      <FormErrorSummary problems={problems} />
      <Field label="E-mail address">
        <Input value={email} readOnly autoComplete="username" />
      </Field>
      <Field
        label="Name"
        name="account.name"
        hint="As on your licence or identity card"
        error={wrong['account.name']}
      >
        <Input name="account.name" autoComplete="name" />
      </Field>
      <Field label="Country you work in" name="account.country" error={wrong['account.country']}>
        <CountrySelect countries={countries} name="account.country" autoComplete="country" />
      </Field>
      <Field
        label="Password"
        name="account.password"
        hint="At least 12 characters; a few words are best"
        error={wrong['account.password']}
      >
        <Input name="account.password" type="password" autoComplete="new-password" />
      </Field>
      <Button type="submit" variant="primary" size="lg" pending={isPending}>
        Join {organisation}
      </Button>
    </form>
  );
}
