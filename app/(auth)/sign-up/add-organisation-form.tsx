'use client';

import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { Country } from '#app/_shell/country-select.tsx';
import { byField, formProblems, readForm, refusalProblems } from '#app/_shell/read-form.ts';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { FormErrorSummary, type FormProblem } from '#app/_ui/form-error-summary.tsx';
import { organisationInput } from '#server/identity/schemas.ts';
import { CompanyFields, KindChoice, type OrganisationKind } from './organisation-fields.tsx';

/** Adds an organisation to the account that is signed in, and switches to it. */
export function AddOrganisationForm({
  isIndependent,
  countries,
}: {
  isIndependent: boolean;
  countries: readonly Country[];
}) {
  const trpc = useTRPC();
  const [kind, setKind] = useState<OrganisationKind>();
  const [problems, setProblems] = useState<readonly FormProblem[]>([]);
  const add = useMutation(
    trpc.identity.addOrganisation.mutationOptions({
      onSuccess: () => window.location.assign('/'),
      onError: (error) => setProblems(refusalProblems(error, (path) => `organisation.${path}`)),
    }),
  );

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (kind === undefined) {
      setProblems([{ name: 'organisation.kind', message: 'Choose what you add.' }]);
      return;
    }
    const { organisation } = readForm(event.currentTarget);
    const parsed = organisationInput.safeParse({ ...(organisation as object), kind });
    if (!parsed.success) {
      setProblems(formProblems(parsed.error).map((one) => ({ ...one, name: `organisation.${one.name}` })));
      return;
    }
    setProblems([]);
    add.mutate(parsed.data);
  }

  const wrong = byField(problems);
  return (
    <form noValidate method="post" onSubmit={submit} className="flex flex-col gap-8">
      <FormErrorSummary problems={problems} />
      <KindChoice
        value={kind}
        onChange={setKind}
        error={wrong['organisation.kind']}
        isIndependent={isIndependent}
      />
      {kind === 'sponsor' || kind === 'vendor' ? (
        <CompanyFields problems={wrong} countries={countries} />
      ) : null}
      <div>
        <Button type="submit" variant="primary" size="lg" pending={add.isPending || add.isSuccess}>
          Add organisation
        </Button>
      </div>
    </form>
  );
}
