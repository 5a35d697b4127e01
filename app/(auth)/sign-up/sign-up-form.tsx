'use client';

import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { type Country, CountrySelect } from '#app/_shell/country-select.tsx';
import { byField, formProblems, readForm, refusalProblems } from '#app/_shell/read-form.ts';
import { enter } from '#app/_shell/sign-in-call.ts';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Field } from '#app/_ui/field.tsx';
import { FormErrorSummary, type FormProblem } from '#app/_ui/form-error-summary.tsx';
import { Input } from '#app/_ui/input.tsx';
import { signUpInput } from '#server/identity/schemas.ts';
import {
  CompanyFields,
  KindChoice,
  type OrganisationKind,
  type Problems,
  Section,
} from './organisation-fields.tsx';

/** Opens an account with its first organisation, then signs in. */
export function SignUpForm({ countries }: { countries: readonly Country[] }) {
  const trpc = useTRPC();
  const signUp = useMutation(trpc.identity.signUp.mutationOptions());
  const [kind, setKind] = useState<OrganisationKind>();
  const [problems, setProblems] = useState<readonly FormProblem[]>([]);
  const [isPending, setIsPending] = useState(false);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (kind === undefined) {
      setProblems([{ name: 'organisation.kind', message: 'Choose what brings you here.' }]);
      return;
    }
    const { account, organisation } = readForm(event.currentTarget);
    const timezone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const parsed = signUpInput.safeParse({
      account: { ...(account as object), timezone },
      organisation: { ...(organisation as object), kind },
    });
    if (!parsed.success) {
      setProblems(formProblems(parsed.error));
      return;
    }
    setProblems([]);
    setIsPending(true);
    try {
      await signUp.mutateAsync(parsed.data);
    } catch (error) {
      setIsPending(false);
      setProblems(refusalProblems(error, (path) => (path === 'password' ? 'account.password' : path)));
      return;
    }
    const refusal = await enter(parsed.data.account.email, parsed.data.account.password);
    window.location.assign(refusal === null ? '/' : '/sign-in');
  }

  const wrong = byField(problems);
  return (
    <form noValidate method="post" onSubmit={submit} className="flex flex-col gap-8">
      <FormErrorSummary problems={problems} />
      <KindChoice value={kind} onChange={setKind} error={wrong['organisation.kind']} />
      {kind === 'sponsor' || kind === 'vendor' ? (
        <CompanyFields problems={wrong} countries={countries} />
      ) : null}
      <PersonFields problems={wrong} countries={countries} />
      <div>
        <Button type="submit" variant="primary" size="lg" pending={isPending}>
          Create account
        </Button>
      </div>
    </form>
  );
}

function PersonFields({ problems, countries }: { problems: Problems; countries: readonly Country[] }) {
  return (
    <Section title="You">
      <Field
        label="Name"
        name="account.name"
        hint="As on your licence or identity card"
        error={problems['account.name']}
      >
        <Input name="account.name" autoComplete="name" />
      </Field>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="E-mail address" name="account.email" error={problems['account.email']}>
          <Input name="account.email" type="email" autoComplete="username" />
        </Field>
        <Field label="Country you work in" name="account.country" error={problems['account.country']}>
          <CountrySelect countries={countries} name="account.country" autoComplete="country" />
        </Field>
      </div>
      <Field
        label="Password"
        name="account.password"
        hint="At least 12 characters; a few words are best"
        error={problems['account.password']}
      >
        <Input name="account.password" type="password" autoComplete="new-password" />
      </Field>
    </Section>
  );
}
