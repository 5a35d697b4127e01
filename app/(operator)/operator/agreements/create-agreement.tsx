'use client';

import { useMutation, useQuery } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useDeferredValue, useState } from 'react';
import { byField, refusalProblems } from '#app/_shell/read-form.ts';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Dialog } from '#app/_ui/dialog.tsx';
import { Field } from '#app/_ui/field.tsx';
import { FormErrorSummary, type FormProblem } from '#app/_ui/form-error-summary.tsx';
import { Input } from '#app/_ui/input.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';
import { kindsFor } from '#server/agreements/rules.ts';
import { type AgreementKind, KIND_TITLES } from '#server/agreements/schemas.ts';

const SHOWN = 50;

/** Prepares an agreement with a verified organisation, found by its name; only kinds that fit it are offered. */
export function CreateAgreement() {
  const trpc = useTRPC();
  const router = useRouter();
  const [isOpen, setIsOpen] = useState(false);
  const [name, setName] = useState('');
  const text = useDeferredValue(name.trim());
  const { data: found, error: notFound } = useQuery(
    trpc.identity.organisations.queryOptions(
      { status: 'verified', text, limit: SHOWN },
      { enabled: isOpen, placeholderData: (before) => before },
    ),
  );
  const partners = (found?.items ?? []).filter((one) => kindsFor(one.kind).length > 0);
  const [orgId, setOrgId] = useState('');
  const [kind, setKind] = useState('');
  const [until, setUntil] = useState('');
  const [problems, setProblems] = useState<readonly FormProblem[]>([]);
  const org = partners.find((one) => one.id === orgId);
  const kinds = org === undefined ? [] : kindsFor(org.kind);
  const create = useMutation(
    trpc.agreements.operatorCreate.mutationOptions({
      onSuccess: ({ id }) => router.push(`/operator/agreements/${id}`),
      onError: (error) => setProblems(refusalProblems(error)),
    }),
  );

  function submit() {
    const chosen = kinds.find((one) => one === kind);
    const missing: FormProblem[] = [];
    if (org === undefined) missing.push({ name: 'orgId', message: 'Choose the organisation.' });
    if (chosen === undefined) missing.push({ name: 'kind', message: 'Choose the kind of agreement.' });
    setProblems(missing);
    if (org === undefined || chosen === undefined) return;
    create.mutate({ orgId: org.id, kind: chosen, ...(until === '' ? {} : { effectiveUntil: until }) });
  }

  const errors = byField(problems);
  return (
    <Dialog
      title="Prepare an agreement"
      open={isOpen}
      onOpenChange={setIsOpen}
      description="The document is printed from the newest text and sent to both sides to sign."
      trigger={<Button variant="primary">Prepare agreement</Button>}
      footer={
        <Button variant="primary" pending={create.isPending} onClick={submit}>
          Prepare document
        </Button>
      }
    >
      <div className="flex flex-col gap-4">
        <FormErrorSummary problems={problems.filter((one) => one.name === undefined)} />
        <Field
          label="Find by name"
          name="orgName"
          optional
          hint={
            notFound?.message ??
            (found?.next ? `${partners.length} of ${found.total.toLocaleString('en')} are below.` : undefined)
          }
        >
          <Input
            type="search"
            value={name}
            onChange={(event) => {
              setName(event.target.value);
              setOrgId('');
              setKind('');
            }}
          />
        </Field>
        <Field label="Organisation" name="orgId" error={errors.orgId}>
          <NativeSelect
            value={orgId}
            onChange={(event) => {
              setOrgId(event.target.value);
              setKind('');
            }}
          >
            <option value="">Choose an organisation</option>
            {partners.map((one) => (
              <option key={one.id} value={one.id}>
                {one.legalName} ({one.kind})
              </option>
            ))}
          </NativeSelect>
        </Field>
        <Field label="Kind" name="kind" error={errors.kind}>
          <NativeSelect
            value={kind}
            disabled={org === undefined}
            onChange={(event) => setKind(event.target.value as AgreementKind)}
          >
            <option value="">Choose a kind</option>
            {kinds.map((one) => (
              <option key={one} value={one}>
                {KIND_TITLES[one]}
              </option>
            ))}
          </NativeSelect>
        </Field>
        <Field
          label="Ends on"
          name="effectiveUntil"
          optional
          hint="Left empty, it holds until a party ends it"
          error={errors.effectiveUntil}
        >
          <Input type="date" value={until} onChange={(event) => setUntil(event.target.value)} />
        </Field>
      </div>
    </Dialog>
  );
}
