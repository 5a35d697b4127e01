'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { sendDocument } from '#app/_credentials/send-document.ts';
import type { Country } from '#app/_shell/country-select.tsx';
import { byField, formProblems, readForm, refusalProblems } from '#app/_shell/read-form.ts';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Dialog } from '#app/_ui/dialog.tsx';
import { Field } from '#app/_ui/field.tsx';
import { FileDrop } from '#app/_ui/file-drop.tsx';
import { FormErrorSummary, type FormProblem } from '#app/_ui/form-error-summary.tsx';
import { Input } from '#app/_ui/input.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';
import { toast } from '#app/_ui/toast.ts';
import { languageName } from '#server/credentials/languages.ts';
import { claimCredentialInput } from '#server/credentials/schemas.ts';
import { findScheme, SCHEMES } from '#server/credentials/schemes.ts';
import { DateFields, IssuerFields, LanguageFields, SpecialtyFields } from './credential-fields.tsx';

const GROUPS = [
  { label: 'United States', has: (code: string) => code.startsWith('us_') },
  {
    label: 'Other countries',
    has: (code: string) => /^([a-z]{2}_|other_)/.test(code) && !code.startsWith('us_'),
  },
  { label: 'Education and languages', has: (code: string) => !code.includes('_') },
];

/** Adds a claim to the wallet, with its document; an operator checks it at its source. */
export function AddCredential({ countries }: { countries: readonly Country[] }) {
  const trpc = useTRPC();
  const router = useRouter();
  const [isOpen, setIsOpen] = useState(false);
  const [code, setCode] = useState('us_medical_licence');
  const [file, setFile] = useState<File>();
  const [problems, setProblems] = useState<readonly FormProblem[]>([]);
  const claim = useMutation(
    trpc.credentials.claim.mutationOptions({ onError: (error) => setProblems(refusalProblems(error)) }),
  );
  const scheme = findScheme(code);
  if (scheme === null) return null;
  const isLanguage = scheme.kind === 'language';

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (scheme === null || claim.isPending) return;
    // Empty fields are left out: they are optional, and empty text is not a date or a country.
    const filled = Object.entries(readForm(event.currentTarget)).filter(([, value]) => value !== '');
    const typed = Object.fromEntries(filled) as Record<string, string>;
    const parsed = claimCredentialInput.safeParse({
      title: isLanguage ? languageName(typed.specialty ?? '') : '',
      issuer: scheme.issuer ?? (isLanguage ? 'Own word' : ''),
      ...typed,
      kind: scheme.kind,
      scheme: scheme.code,
    });
    const found = parsed.success ? [] : formProblems(parsed.error);
    if (scheme.needsDocument && file === undefined)
      found.push({ name: 'file', message: 'Add a copy: no public register can be asked about it.' });
    setProblems(found);
    if (!parsed.success || found.length > 0) return;
    const kept = await claim.mutateAsync(parsed.data).catch(() => null);
    if (kept === null) return;
    const sent = file === undefined ? null : await sendDocument(kept.id, file);
    setIsOpen(false);
    setFile(undefined);
    if (sent?.ok === false) toast.error(`The credential is added, its document is not: ${sent.message}`);
    else toast.success('Added. It will be checked at its source, oldest first.');
    router.refresh();
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
        <Field label="What is it?" name="scheme" error={errors.scheme}>
          <NativeSelect
            name="scheme"
            value={code}
            onChange={(event) => {
              setCode(event.target.value);
              setProblems([]);
            }}
          >
            {GROUPS.map((group) => (
              <optgroup key={group.label} label={group.label}>
                {SCHEMES.filter((one) => group.has(one.code)).map((one) => (
                  <option key={one.code} value={one.code}>
                    {one.name}
                  </option>
                ))}
              </optgroup>
            ))}
          </NativeSelect>
        </Field>
        {isLanguage ? (
          <LanguageFields errors={errors} />
        ) : (
          <div key={code} className="flex flex-col gap-4">
            <Field label="Title" name="title" hint="As printed on it" error={errors.title}>
              <Input name="title" />
            </Field>
            <IssuerFields scheme={scheme} errors={errors} countries={countries} />
            <SpecialtyFields errors={errors} />
            <DateFields errors={errors} />
          </div>
        )}
        <Field
          label="Copy of the document"
          name="file"
          optional={!scheme.needsDocument}
          error={errors.file}
          hint={
            scheme.needsDocument
              ? 'No public register can be asked about it: the certificate itself, or one of good standing.'
              : undefined
          }
        >
          <FileDrop
            key={`${code}${isOpen}`}
            accept=".pdf,.png,.jpg,.jpeg"
            hint="PDF, PNG or JPEG, up to 8 MB. Only you and the operators who check it see it."
            onFiles={(files) => setFile(files[0])}
          />
        </Field>
        <div className="flex justify-end">
          <Button type="submit" variant="primary" pending={claim.isPending}>
            Add credential
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
