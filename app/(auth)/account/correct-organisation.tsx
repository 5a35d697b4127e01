'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import type { Country } from '#app/_shell/country-select.tsx';
import { byField, formProblems, readForm, refusalProblems } from '#app/_shell/read-form.ts';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Dialog } from '#app/_ui/dialog.tsx';
import { FormErrorSummary, type FormProblem } from '#app/_ui/form-error-summary.tsx';
import { CompanyFields } from '#app/(auth)/sign-up/organisation-fields.tsx';
import { correctOrganisationInput } from '#server/identity/schemas.ts';

/** Corrects what the operator checks; a refused organisation is handed in again with it. */
export function CorrectOrganisation({
  legalName,
  status,
  countries,
}: {
  legalName: string;
  status: 'unverified' | 'refused';
  countries: readonly Country[];
}) {
  const trpc = useTRPC();
  const router = useRouter();
  const [isOpen, setIsOpen] = useState(false);
  const [problems, setProblems] = useState<readonly FormProblem[]>([]);
  const inForm = (list: readonly FormProblem[]) =>
    list.map((one) => ({ ...one, name: `organisation.${one.name}` }));
  const correct = useMutation(
    trpc.identity.correctOrganisation.mutationOptions({
      onSuccess: () => {
        setIsOpen(false);
        router.refresh();
      },
      onError: (error) => setProblems(refusalProblems(error)),
    }),
  );

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const { organisation } = readForm(event.currentTarget);
    const parsed = correctOrganisationInput.safeParse(organisation);
    setProblems(parsed.success ? [] : inForm(formProblems(parsed.error)));
    if (parsed.success) correct.mutate(parsed.data);
  }

  return (
    <Dialog
      title={`Correct ${legalName}`}
      description="An operator checks what you write here against the register."
      trigger={<Button>{status === 'refused' ? 'Correct and hand in again' : 'Correct the facts'}</Button>}
      open={isOpen}
      onOpenChange={setIsOpen}
    >
      <form noValidate onSubmit={submit} className="flex flex-col gap-6">
        <FormErrorSummary problems={problems} />
        <CompanyFields problems={byField(problems)} countries={countries} />
        <div className="flex justify-end">
          <Button type="submit" variant="primary" pending={correct.isPending}>
            Hand in
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
