'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { type FormEvent, useRef, useState } from 'react';
import { byField, formProblems, readForm, refusalProblems } from '#app/_shell/read-form.ts';
import { roleDoes, roleName } from '#app/_shell/role-words.ts';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Field } from '#app/_ui/field.tsx';
import { FormErrorSummary, type FormProblem } from '#app/_ui/form-error-summary.tsx';
import { Input } from '#app/_ui/input.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';
import { toast } from '#app/_ui/toast.ts';
import type { Role } from '#server/command/capabilities.ts';
import { inviteInput } from '#server/identity/schemas.ts';

/** Invites one person by mail, in a role the asking person may give. `asStaff` uses the staffing lead's right. */
export function InviteForm({
  grantable,
  asStaff = false,
  teams = [],
}: {
  grantable: readonly Role[];
  asStaff?: boolean;
  /** Teams of the vendor that somebody can join at once. */
  teams?: readonly { teamId: string; name: string }[];
}) {
  const trpc = useTRPC();
  const router = useRouter();
  const form = useRef<HTMLFormElement>(null);
  const [problems, setProblems] = useState<readonly FormProblem[]>([]);
  // The last role is the one most people are invited to.
  const [role, setRole] = useState(grantable.at(-1));
  const options = {
    onSuccess: (_: unknown, sent: { email: string }) => {
      toast.success(`Invitation sent to ${sent.email}; it can be accepted for 14 days.`);
      form.current?.reset();
      router.refresh();
    },
    onError: (error: unknown) => setProblems(refusalProblems(error)),
  };
  const byOwner = useMutation(trpc.identity.inviteMember.mutationOptions(options));
  const byLead = useMutation(trpc.identity.inviteStaff.mutationOptions(options));
  const invite = asStaff ? byLead : byOwner;

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const parsed = inviteInput.safeParse(readForm(event.currentTarget));
    setProblems(parsed.success ? [] : formProblems(parsed.error));
    if (parsed.success) invite.mutate(parsed.data);
  }

  const wrong = byField(problems);
  return (
    <form ref={form} noValidate method="post" onSubmit={submit} className="flex max-w-[720px] flex-col gap-4">
      <FormErrorSummary problems={problems} />
      <div className="grid gap-4 sm:grid-cols-[1fr_1fr_auto] sm:items-end">
        <Field label="E-mail address" name="email" error={wrong.email}>
          <Input name="email" type="email" autoComplete="off" />
        </Field>
        <Field label="Role" name="role" error={wrong.role}>
          <NativeSelect
            name="role"
            value={role}
            onChange={(event) => setRole(grantable.find((one) => one === event.target.value))}
          >
            {grantable.map((one) => (
              <option key={one} value={one}>
                {roleName(one)}
              </option>
            ))}
          </NativeSelect>
        </Field>
        {teams.length === 0 ? null : (
          <Field label="Team" name="teamId" error={wrong.teamId} optional className="sm:col-start-1">
            <NativeSelect name="teamId" defaultValue="">
              <option value="">No team</option>
              {teams.map((one) => (
                <option key={one.teamId} value={one.teamId}>
                  {one.name}
                </option>
              ))}
            </NativeSelect>
          </Field>
        )}
        <Button type="submit" variant="primary" pending={invite.isPending}>
          Send invitation
        </Button>
      </div>
      {role === undefined ? null : (
        <p aria-live="polite" className="text-ink-3 text-sm">
          {roleName(role)}: {roleDoes(role)}.
        </p>
      )}
    </form>
  );
}
