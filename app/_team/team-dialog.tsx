'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { type ReactNode, useState } from 'react';
import { byField, formProblems, refusalProblems } from '#app/_shell/read-form.ts';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Checkbox } from '#app/_ui/checkbox.tsx';
import { Dialog } from '#app/_ui/dialog.tsx';
import { Field } from '#app/_ui/field.tsx';
import { FormErrorSummary, type FormProblem } from '#app/_ui/form-error-summary.tsx';
import { Input } from '#app/_ui/input.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';
import { toast } from '#app/_ui/toast.ts';
import { saveTeamInput, type TeamsView } from '#server/identity/staff-team-schemas.ts';

type TeamDialogProps = {
  /** Null makes a new one. */
  team: TeamsView['teams'][number] | null;
  people: TeamsView['people'];
  trigger: ReactNode;
};

/** As many names as are shown at once; the text finds the rest. */
const SHOWN = 50;

/** A team's name, who leads it and who is in it. */
export function TeamDialog({ team, people, trigger }: TeamDialogProps) {
  const trpc = useTRPC();
  const router = useRouter();
  const before = new Set(team?.members.map((one) => one.personId));
  const [isOpen, setIsOpen] = useState(false);
  const [name, setName] = useState(team?.name ?? '');
  const [leadId, setLeadId] = useState(team?.lead?.personId ?? '');
  const [inIt, setInIt] = useState<ReadonlySet<string>>(before);
  const [text, setText] = useState('');
  const [problems, setProblems] = useState<readonly FormProblem[]>([]);
  const save = useMutation(
    trpc.identity.saveTeam.mutationOptions({
      onSuccess: () => {
        setIsOpen(false);
        toast.success(team ? 'The team is changed.' : 'The team is made.');
        router.refresh();
      },
      onError: (error) => setProblems(refusalProblems(error)),
    }),
  );
  function open(next: boolean) {
    setIsOpen(next);
    if (!next) return;
    setName(team?.name ?? '');
    setLeadId(team?.lead?.personId ?? '');
    setInIt(before);
    setText('');
    setProblems([]);
  }
  function send() {
    const parsed = saveTeamInput.safeParse({
      teamId: team?.teamId ?? null,
      name,
      leadId: leadId === '' ? null : leadId,
      add: [...inIt].filter((one) => !before.has(one)),
      remove: [...before].filter((one) => !inIt.has(one)),
    });
    setProblems(parsed.success ? [] : formProblems(parsed.error));
    if (parsed.success) save.mutate(parsed.data);
  }
  const errors = byField(problems);
  const wanted = text.trim().toLocaleLowerCase();
  const found = people.filter((one) => one.name.toLocaleLowerCase().includes(wanted));
  // Who is in it stands first.
  const shown = found.toSorted((a, b) => Number(before.has(b.personId)) - Number(before.has(a.personId)));
  return (
    <Dialog
      title={team ? `Change ${team.name}` : 'New team'}
      description="Teams are yours alone: no sponsor and no other vendor sees them."
      trigger={trigger}
      open={isOpen}
      onOpenChange={open}
      footer={
        <Button variant="primary" pending={save.isPending} onClick={send}>
          {team ? 'Save team' : 'Make team'}
        </Button>
      }
    >
      <div className="flex flex-col gap-4">
        <FormErrorSummary problems={problems} />
        <Field label="Name" name="name" error={errors.name}>
          <Input value={name} onChange={(event) => setName(event.target.value)} />
        </Field>
        <Field
          label="Led by"
          name="leadId"
          optional
          hint="Sees how far the team is booked, and nothing of rates or margins."
          error={errors.leadId}
        >
          <NativeSelect value={leadId} onChange={(event) => setLeadId(event.target.value)}>
            <option value="">Nobody</option>
            {people.map((one) => (
              <option key={one.personId} value={one.personId}>
                {one.name}
              </option>
            ))}
          </NativeSelect>
        </Field>
        <fieldset className="flex min-w-0 flex-col gap-2">
          <legend className="font-medium text-sm">People, {inIt.size} in it</legend>
          <Field label="Find somebody" labelHidden>
            <Input
              type="search"
              placeholder="Find by name"
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          </Field>
          <ul className="flex max-h-64 flex-col gap-1 overflow-y-auto border-line border-y py-2">
            {shown.slice(0, SHOWN).map((one) => (
              <li key={one.personId} className="px-1">
                <Checkbox
                  label={one.name}
                  checked={inIt.has(one.personId)}
                  onCheckedChange={(checked) => {
                    const next = new Set(inIt);
                    if (checked === true) next.add(one.personId);
                    else next.delete(one.personId);
                    setInIt(next);
                  }}
                />
              </li>
            ))}
            {shown.length === 0 ? <li className="text-ink-3 text-sm">Nobody of this name.</li> : null}
          </ul>
          {shown.length > SHOWN ? (
            <p className="text-ink-3 text-xs">{shown.length - SHOWN} more; write part of a name.</p>
          ) : null}
        </fieldset>
      </div>
    </Dialog>
  );
}
