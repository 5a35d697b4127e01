'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { byField, refusalProblems } from '#app/_shell/read-form.ts';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Checkbox } from '#app/_ui/checkbox.tsx';
import { Dialog } from '#app/_ui/dialog.tsx';
import { Field } from '#app/_ui/field.tsx';
import { FormErrorSummary, type FormProblem } from '#app/_ui/form-error-summary.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import { toast } from '#app/_ui/toast.ts';
import { refuseOrganisationInput } from '#server/identity/schemas.ts';

type Status = 'unverified' | 'verified' | 'refused' | 'suspended';

export type OrganisationDecisionProps = {
  orgId: string;
  legalName: string;
  status: Status;
  /** Members whose role may sign. */
  candidates: readonly { personId: string; name: string; roles: string }[];
  signatories: readonly string[];
};

/** Verify with signatories, or refuse or suspend with a reason. The state shown is sent along, so a stale page cannot decide. */
export function OrganisationDecision(props: OrganisationDecisionProps) {
  const { orgId, status, candidates } = props;
  const trpc = useTRPC();
  const router = useRouter();
  const [chosen, setChosen] = useState<readonly string[]>(props.signatories);
  const [problems, setProblems] = useState<readonly FormProblem[]>([]);
  const verify = useMutation(
    trpc.identity.verifyOrganisation.mutationOptions({
      onSuccess: () => {
        toast.success(`${props.legalName} is verified.`);
        router.refresh();
      },
      onError: (error) => setProblems(refusalProblems(error)),
    }),
  );

  if (status === 'verified') return <ReasonDialog {...props} decision="suspend" />;
  return (
    <div className="flex flex-col gap-4">
      <FormErrorSummary problems={problems} />
      <fieldset className="flex flex-col gap-2">
        <legend className="pb-2 font-medium text-sm">Who may sign for it</legend>
        {candidates.map((person) => (
          <Checkbox
            key={person.personId}
            label={person.name}
            hint={person.roles}
            checked={chosen.includes(person.personId)}
            onCheckedChange={(checked) =>
              setChosen((before) =>
                checked === true
                  ? [...before, person.personId]
                  : before.filter((personId) => personId !== person.personId),
              )
            }
          />
        ))}
        {candidates.length === 0 ? (
          <p className="text-ink-3 text-sm">No member has a role that may sign. Ask the owner to name one.</p>
        ) : null}
      </fieldset>
      <div className="flex flex-wrap gap-2">
        <Button
          variant="primary"
          pending={verify.isPending}
          onClick={() => {
            if (chosen.length === 0) {
              setProblems([{ message: 'Choose at least one person who may sign.' }]);
              return;
            }
            setProblems([]);
            verify.mutate({ orgId, expectedStatus: status, signatories: [...chosen] });
          }}
        >
          {status === 'suspended' ? 'Reinstate organisation' : 'Verify organisation'}
        </Button>
        {status === 'unverified' ? <ReasonDialog {...props} decision="refuse" /> : null}
      </div>
    </div>
  );
}

function ReasonDialog({
  orgId,
  legalName,
  status,
  decision,
}: OrganisationDecisionProps & { decision: 'refuse' | 'suspend' }) {
  const trpc = useTRPC();
  const router = useRouter();
  const [isOpen, setIsOpen] = useState(false);
  const [reason, setReason] = useState('');
  const [problems, setProblems] = useState<readonly FormProblem[]>([]);
  const options = {
    onSuccess: () => {
      setIsOpen(false);
      toast.success(`${legalName} is ${decision === 'refuse' ? 'refused' : 'suspended'}.`);
      router.refresh();
    },
    onError: (error: unknown) => setProblems(refusalProblems(error)),
  };
  const refuse = useMutation(trpc.identity.refuseOrganisation.mutationOptions(options));
  const suspend = useMutation(trpc.identity.suspendOrganisation.mutationOptions(options));
  const call = decision === 'refuse' ? refuse : suspend;
  const verb = decision === 'refuse' ? 'Refuse' : 'Suspend';

  function submit() {
    const parsed = refuseOrganisationInput.safeParse({ orgId, expectedStatus: status, reason });
    setProblems(
      parsed.success
        ? []
        : [{ name: 'reason', message: parsed.error.issues[0]?.message ?? 'Give the reason.' }],
    );
    if (parsed.success) call.mutate(parsed.data);
  }

  return (
    <Dialog
      title={`${verb} ${legalName}`}
      description={
        decision === 'refuse'
          ? 'Its owner reads the reason and can correct the facts and hand in again.'
          : 'It can no longer publish, bid, sign or read, at once. Its owner reads the reason. You can reinstate it.'
      }
      trigger={<Button>{verb}…</Button>}
      open={isOpen}
      onOpenChange={setIsOpen}
      footer={
        <Button variant="danger" pending={call.isPending} onClick={submit}>
          {verb} organisation
        </Button>
      }
    >
      <Field
        label="Reason"
        name="reason"
        hint="No patient data; the organisation reads this"
        error={byField(problems).reason ?? problems.find((one) => one.name === undefined)?.message}
      >
        <Textarea value={reason} onChange={(event) => setReason(event.target.value)} rows={4} />
      </Field>
    </Dialog>
  );
}
