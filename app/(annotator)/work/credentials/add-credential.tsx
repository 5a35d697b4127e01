'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { type Country, CountrySelect } from '#app/_shell/country-select.tsx';
import { byField, formProblems, readForm, refusalProblems } from '#app/_shell/read-form.ts';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Dialog } from '#app/_ui/dialog.tsx';
import { Field } from '#app/_ui/field.tsx';
import { FormErrorSummary, type FormProblem } from '#app/_ui/form-error-summary.tsx';
import { Input } from '#app/_ui/input.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';
import { toast } from '#app/_ui/toast.ts';
import { KIND_WORDS } from '#server/credentials/describe.ts';
import { CREDENTIAL_KINDS, claimCredentialInput } from '#server/credentials/schemas.ts';

/** "a medical licence" → "Medical licence". */
const kindTitle = (kind: (typeof CREDENTIAL_KINDS)[number]) => {
  const words = KIND_WORDS[kind].replace(/^an? /, '');
  return words.charAt(0).toUpperCase() + words.slice(1);
};

/** Adds a claim to the wallet; the operator checks it at its source. */
export function AddCredential({ countries }: { countries: readonly Country[] }) {
  const trpc = useTRPC();
  const router = useRouter();
  const [isOpen, setIsOpen] = useState(false);
  const [problems, setProblems] = useState<readonly FormProblem[]>([]);
  const claim = useMutation(
    trpc.credentials.claim.mutationOptions({
      onSuccess: () => {
        setIsOpen(false);
        toast.success('Added. It will be checked at its source, oldest first.');
        router.refresh();
      },
      onError: (error) => setProblems(refusalProblems(error)),
    }),
  );

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    // Empty fields are left out: they are optional, and empty text is not a date or a country.
    const filled = Object.entries(readForm(event.currentTarget)).filter(([, value]) => value !== '');
    const parsed = claimCredentialInput.safeParse({ title: '', issuer: '', ...Object.fromEntries(filled) });
    setProblems(parsed.success ? [] : formProblems(parsed.error));
    if (parsed.success) claim.mutate(parsed.data);
  }

  const errors = byField(problems);
  return (
    <Dialog
      title="Add a credential"
      description="What you add counts at the lowest level until it is checked."
      trigger={<Button variant="primary">Add credential</Button>}
      open={isOpen}
      onOpenChange={(open) => {
        setIsOpen(open);
        if (!open) setProblems([]);
      }}
    >
      <form noValidate onSubmit={submit} className="flex flex-col gap-4">
        <FormErrorSummary problems={problems} />
        <Field label="Kind" name="kind" error={errors.kind}>
          <NativeSelect name="kind" defaultValue="medical_licence">
            {CREDENTIAL_KINDS.map((kind) => (
              <option key={kind} value={kind}>
                {kindTitle(kind)}
              </option>
            ))}
          </NativeSelect>
        </Field>
        <Field label="Title" name="title" hint="As printed on it" error={errors.title}>
          <Input name="title" />
        </Field>
        <Field label="Issuer" name="issuer" hint="The board, register or university" error={errors.issuer}>
          <Input name="issuer" />
        </Field>
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label="Number" name="identifier" error={errors.identifier}>
            <Input name="identifier" autoComplete="off" />
          </Field>
          <Field label="Country" name="jurisdiction" error={errors.jurisdiction} optional>
            <CountrySelect name="jurisdiction" countries={countries} />
          </Field>
          <Field label="Specialty" name="specialty" error={errors.specialty} optional>
            <Input name="specialty" />
          </Field>
          <Field label="NUCC code" name="taxonomyCode" error={errors.taxonomyCode} optional>
            <Input name="taxonomyCode" autoComplete="off" />
          </Field>
          <Field label="Issued on" name="issuedOn" error={errors.issuedOn} optional>
            <Input type="date" name="issuedOn" />
          </Field>
          <Field label="Expires on" name="expiresOn" error={errors.expiresOn} optional>
            <Input type="date" name="expiresOn" />
          </Field>
        </div>
        <div className="flex justify-end">
          <Button type="submit" variant="primary" pending={claim.isPending}>
            Add credential
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
