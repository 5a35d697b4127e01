'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { byField, formProblems, readForm, refusalProblems } from '#app/_shell/read-form.ts';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Dialog } from '#app/_ui/dialog.tsx';
import { Field } from '#app/_ui/field.tsx';
import { FormErrorSummary, type FormProblem } from '#app/_ui/form-error-summary.tsx';
import { Input } from '#app/_ui/input.tsx';
import { toast } from '#app/_ui/toast.ts';
import { identityDetailsInput } from '#server/registers/schemas.ts';

type Details = Record<'legalGivenName' | 'legalFamilyName' | 'formerFamilyName' | 'birthDate', string | null>;

const FORM = 'identity-details';

/** Legal name and birth date, given freely, so that a person is not taken for somebody else of their name. */
export function IdentityDetails({ details }: { details: Details }) {
  const trpc = useTRPC();
  const router = useRouter();
  const [isOpen, setIsOpen] = useState(false);
  const [problems, setProblems] = useState<readonly FormProblem[]>([]);
  const save = useMutation(
    trpc.registers.setDetails.mutationOptions({
      onSuccess: () => {
        setIsOpen(false);
        toast.success('Saved.');
        router.refresh();
      },
      onError: (error) => setProblems(refusalProblems(error)),
    }),
  );

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const parsed = identityDetailsInput.safeParse(readForm(event.currentTarget));
    setProblems(parsed.success ? [] : formProblems(parsed.error));
    if (parsed.success) save.mutate(parsed.data);
  }

  const errors = byField(problems);
  const name = [details.legalGivenName, details.legalFamilyName].filter(Boolean).join(' ');
  const isGiven = name !== '' || details.birthDate !== null;
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2 border-line border-y py-2">
      <span className="min-w-0 flex-1 basis-64">
        <span className="block font-medium text-base">Legal name and birth date</span>
        <span className="block text-ink-3 text-sm">
          {isGiven
            ? [
                name || 'Name as in your account',
                details.formerFamilyName === null ? null : `formerly ${details.formerFamilyName}`,
                details.birthDate === null ? 'no birth date' : `born ${details.birthDate}`,
              ]
                .filter(Boolean)
                .join(', ')
            : 'Not given. Everybody is compared with public exclusion lists; these keep you from being taken for somebody else of your name.'}
        </span>
      </span>
      <Dialog
        title="Legal name and birth date"
        description="As on your licence. All of it is optional."
        trigger={<Button>{isGiven ? 'Change details' : 'Add details'}</Button>}
        open={isOpen}
        onOpenChange={setIsOpen}
        footer={
          <Button type="submit" form={FORM} variant="primary" pending={save.isPending}>
            Save details
          </Button>
        }
      >
        <form id={FORM} noValidate onSubmit={submit} className="flex flex-col gap-4">
          <p className="text-base text-ink-2">
            The law asks us to compare everybody with the exclusion lists of the US government. Many people
            share a name: with a birth date most mistakes are ruled out. Only you and the operators who
            compare see it; no vendor or sponsor does, and it goes when you erase your account.
          </p>
          <FormErrorSummary problems={problems} />
          <div className="grid gap-4 sm:grid-cols-2">
            <Field label="Given names" name="legalGivenName" error={errors.legalGivenName} optional>
              <Input
                name="legalGivenName"
                defaultValue={details.legalGivenName ?? ''}
                autoComplete="given-name"
              />
            </Field>
            <Field label="Family name" name="legalFamilyName" error={errors.legalFamilyName} optional>
              <Input
                name="legalFamilyName"
                defaultValue={details.legalFamilyName ?? ''}
                autoComplete="family-name"
              />
            </Field>
            <Field
              label="Former family name"
              name="formerFamilyName"
              error={errors.formerFamilyName}
              optional
            >
              <Input name="formerFamilyName" defaultValue={details.formerFamilyName ?? ''} />
            </Field>
            <Field label="Birth date" name="birthDate" error={errors.birthDate} optional>
              <Input
                type="date"
                name="birthDate"
                defaultValue={details.birthDate ?? ''}
                autoComplete="bday"
              />
            </Field>
          </div>
        </form>
      </Dialog>
    </div>
  );
}
