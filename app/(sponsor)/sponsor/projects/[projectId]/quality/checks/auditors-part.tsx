'use client';

import { useMutation } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Field } from '#app/_ui/field.tsx';
import { Input } from '#app/_ui/input.tsx';
import { toast } from '#app/_ui/toast.ts';
import { Refusal } from '#app/(sponsor)/sponsor/_parts/refusal.tsx';
import { Section } from '#app/(sponsor)/sponsor/_parts/section.tsx';
import type { ChecksView } from '#server/labels/view-schemas.ts';

/** Who audits: people of organisations that neither read nor bid here. */
export function AuditorsPart({
  projectId,
  auditors,
  mayManage,
}: {
  projectId: string;
  auditors: ChecksView['auditors'];
  mayManage: boolean;
}) {
  const trpc = useTRPC();
  const router = useRouter();
  const [email, setEmail] = useState('');
  const onSuccess = () => {
    setEmail('');
    router.refresh();
  };
  const appoint = useMutation(trpc.staffing.appointAuditor.mutationOptions({ onSuccess }));
  const dismiss = useMutation(
    trpc.staffing.dismissAuditor.mutationOptions({
      onSuccess,
      onError: (error) => toast.error(error.message),
    }),
  );
  function submit(event: FormEvent) {
    event.preventDefault();
    appoint.mutate({ projectId, email: email.trim() });
  }
  return (
    <Section
      title="Auditors"
      says="Of another organisation than the readers’. They see a case with its final label and reads, never whose they are."
    >
      {auditors.length === 0 ? <p className="text-ink-2 text-sm">Nobody is appointed.</p> : null}
      <ul className="flex max-w-[720px] flex-col text-sm">
        {auditors.map((one) => (
          <li
            key={one.engagementId}
            className="flex items-center justify-between gap-2 border-line border-b py-1"
          >
            <span className="truncate">
              {one.name} <span className="text-ink-3">{one.via}</span>
            </span>
            {mayManage ? (
              <Button
                size="icon-sm"
                variant="quiet"
                aria-label={`End the appointment of ${one.name}`}
                icon={<X aria-hidden />}
                onClick={() => dismiss.mutate({ projectId, engagementId: one.engagementId })}
              />
            ) : null}
          </li>
        ))}
      </ul>
      {mayManage ? (
        <form noValidate onSubmit={submit} className="flex max-w-[720px] flex-col gap-2">
          <Refusal error={appoint.error} title="Nobody was appointed." />
          <div className="flex items-end gap-2">
            <Field label="Address of their account" className="min-w-0 flex-1">
              <Input type="email" value={email} onChange={(event) => setEmail(event.target.value)} />
            </Field>
            <Button type="submit" pending={appoint.isPending} disabled={email.trim() === ''}>
              Appoint auditor
            </Button>
          </div>
        </form>
      ) : null}
    </Section>
  );
}
