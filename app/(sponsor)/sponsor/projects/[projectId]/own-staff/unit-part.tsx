'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Field } from '#app/_ui/field.tsx';
import { Input } from '#app/_ui/input.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import { toast } from '#app/_ui/toast.ts';
import { Refusal } from '#app/(sponsor)/sponsor/_parts/refusal.tsx';
import { inviteOwnStaffInput, makeInHouseInput, OWN_STAFF_ROLES } from '#server/own-staff/schemas.ts';

const ROLE_WORDS: Record<(typeof OWN_STAFF_ROLES)[number], string> = {
  vendor_annotator: 'Reader',
  qa_lead: 'QA lead, who also reviews',
  staffing_lead: 'Staffing lead, who answers orders',
};

/** Makes the in-house unit. */
export function MakeUnit() {
  const trpc = useTRPC();
  const router = useRouter();
  const [name, setName] = useState('Reading group');
  const [wrong, setWrong] = useState<string>();
  const make = useMutation(
    trpc.ownStaff.make.mutationOptions({
      onSuccess: () => {
        toast.success('The in-house unit is made. An operator checks it next.');
        router.refresh();
      },
    }),
  );
  function send() {
    const parsed = makeInHouseInput.safeParse({ name });
    setWrong(parsed.error?.issues[0]?.message);
    if (parsed.success) make.mutate(parsed.data);
  }
  return (
    <form
      className="flex max-w-[720px] flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <Refusal error={make.error} title="The unit was not made." />
      <Field label="Its name" hint="Shown after your organisation’s own." error={wrong}>
        <Input value={name} onChange={(event) => setName(event.target.value)} />
      </Field>
      <div>
        <Button type="submit" variant="primary" pending={make.isPending}>
          Make in-house unit
        </Button>
      </div>
    </form>
  );
}

/** Invites people into the unit, several at once. */
export function InviteOwn() {
  const trpc = useTRPC();
  const router = useRouter();
  const [emails, setEmails] = useState('');
  const [role, setRole] = useState<string>('vendor_annotator');
  const [wrong, setWrong] = useState<string>();
  const invite = useMutation(
    trpc.ownStaff.invite.mutationOptions({
      onSuccess: ({ invited }) => {
        toast.success(
          invited === 0 ? 'They all are in it already.' : `${invited} invited; each gets a mail.`,
        );
        setEmails('');
        router.refresh();
      },
    }),
  );
  function send() {
    const parsed = inviteOwnStaffInput.safeParse({ emails: emails.split(/[\s,;]+/).filter(Boolean), role });
    setWrong(parsed.error?.issues[0]?.message);
    if (parsed.success) invite.mutate(parsed.data);
  }
  return (
    <form
      className="flex max-w-[720px] flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <Refusal error={invite.error} title="Nobody was invited." />
      <Field label="E-mail addresses" hint="One a line, at most 50." error={wrong}>
        <Textarea rows={3} value={emails} onChange={(event) => setEmails(event.target.value)} />
      </Field>
      <Field label="Role">
        <NativeSelect value={role} onChange={(event) => setRole(event.target.value)}>
          {OWN_STAFF_ROLES.map((one) => (
            <option key={one} value={one}>
              {ROLE_WORDS[one]}
            </option>
          ))}
        </NativeSelect>
      </Field>
      <div>
        <Button type="submit" pending={invite.isPending}>
          Invite to the unit
        </Button>
      </div>
    </form>
  );
}
