'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import type { z } from 'zod';
import { byField, refusalProblems } from '#app/_shell/read-form.ts';
import { roleName } from '#app/_shell/role-words.ts';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Dialog } from '#app/_ui/dialog.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { Field } from '#app/_ui/field.tsx';
import { FormErrorSummary, type FormProblem } from '#app/_ui/form-error-summary.tsx';
import { Input } from '#app/_ui/input.tsx';
import { RadioCards } from '#app/_ui/radio-cards.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import { toast } from '#app/_ui/toast.ts';
import type { memberAttestation } from '#server/agreements/schemas.ts';
import { sayDay } from '#server/notifications/say-day.ts';
import { LongList } from './long-list.tsx';

type Member = z.infer<typeof memberAttestation>;

export type AttestPeopleProps = {
  people: readonly Member[];
  /** Today in UTC, from the server, so that the page and the rule agree. */
  today: string;
  /** `team`: a vendor's people; `own`: a sponsor's panel, or the platform's staff. */
  scope: 'team' | 'own';
};

/** Who of the organisation's people may see protected data (R19): attest, see what waits, take back. */
export function AttestPeople({ people, today, scope }: AttestPeopleProps) {
  const missing = people.filter((person) => stateOf(person, today) !== 'active').length;
  return (
    <section className="flex flex-col gap-3" aria-label="People">
      <div>
        <h2 className="font-semibold text-lg">Workforce attestations</h2>
        <p className="prose-width text-ink-2 text-sm">
          Protected data opens for a person once you have attested that they are employed by you or under your
          direct control and trained in privacy, and they have confirmed it. It holds for 12 months after the
          training.
          {people.length === 0
            ? null
            : missing === 0
              ? ' Everyone is attested.'
              : ` ${missing} of ${people.length} are not.`}
        </p>
      </div>
      {people.length === 0 ? (
        <EmptyState title="No people yet">Invite your team; everyone who joins is listed here.</EmptyState>
      ) : (
        <LongList
          name="people"
          items={people}
          keyOf={(person) => person.personId}
          textOf={(person) => person.name}
          asks={{ label: 'Only who is not attested', of: (person) => stateOf(person, today) !== 'active' }}
        >
          {(person) => (
            <>
              <span className="min-w-0 basis-full sm:flex-1 sm:basis-0">
                <span className="block truncate font-medium text-base">{person.name}</span>
                <span className="block text-ink-3 text-sm">{factsOf(person)}</span>
              </span>
              <PersonState person={person} today={today} />
              <AttestDialog person={person} today={today} scope={scope} />
              <TakeBack person={person} scope={scope} />
            </>
          )}
        </LongList>
      )}
    </section>
  );
}

type State = 'missing' | 'waiting' | 'active' | 'expired';

function stateOf({ attestation }: Member, today: string): State {
  if (attestation === null) return 'missing';
  if (attestation.validUntil < today) return 'expired';
  return attestation.confirmedAt === null ? 'waiting' : 'active';
}

function factsOf({ roles, attestation }: Member): string {
  const known = roles.map(roleName).join(', ');
  if (attestation === null) return known;
  const relation = attestation.relation === 'employed' ? 'employed' : 'under direct control';
  return `${known}; ${relation}, trained ${sayDay(attestation.privacyTrainingOn)}, until ${sayDay(attestation.validUntil)}`;
}

function PersonState({ person, today }: { person: Member; today: string }) {
  const state = stateOf(person, today);
  switch (state) {
    case 'active':
      return <StatusPill state="confirmed" />;
    case 'waiting':
      return <StatusPill state="pending">Waits for the person</StatusPill>;
    case 'expired':
      return <StatusPill state="expired" />;
    case 'missing':
      return <StatusPill state="draft">Not attested</StatusPill>;
  }
}

function AttestDialog({ person, today, scope }: { person: Member; today: string; scope: 'team' | 'own' }) {
  const trpc = useTRPC();
  const router = useRouter();
  const [isOpen, setIsOpen] = useState(false);
  const [relation, setRelation] = useState<string>();
  const [trainedOn, setTrainedOn] = useState('');
  const [problems, setProblems] = useState<readonly FormProblem[]>([]);
  const options = {
    onSuccess: () => {
      setIsOpen(false);
      toast.success(`${person.name} is asked to confirm.`);
      router.refresh();
    },
    onError: (error: unknown) => setProblems(refusalProblems(error)),
  };
  const attestTeam = useMutation(trpc.agreements.attest.mutationOptions(options));
  const attestOwn = useMutation(trpc.agreements.attestOwnStaff.mutationOptions(options));
  const attest = scope === 'team' ? attestTeam : attestOwn;

  function submit() {
    const found: FormProblem[] = [];
    if (relation !== 'employed' && relation !== 'direct_control') {
      found.push({ name: 'relation', message: 'Say how the person works for you.' });
    }
    if (trainedOn === '') found.push({ name: 'privacyTrainingOn', message: 'Give the day of the training.' });
    setProblems(found);
    if (found.length > 0 || (relation !== 'employed' && relation !== 'direct_control')) return;
    attest.mutate({ personId: person.personId, relation, privacyTrainingOn: trainedOn });
  }

  const errors = byField(problems);
  return (
    <Dialog
      title={`Attest ${person.name}`}
      description="You answer for this statement. It counts once the person has confirmed it."
      trigger={<Button size="sm">{person.attestation === null ? 'Attest' : 'Attest again'}</Button>}
      open={isOpen}
      onOpenChange={setIsOpen}
      footer={
        <Button variant="primary" pending={attest.isPending} onClick={submit}>
          Attest person
        </Button>
      }
    >
      <div className="flex flex-col gap-4">
        <FormErrorSummary problems={problems.filter((one) => one.name === undefined)} />
        <Field label="How the person works for you" name="relation" error={errors.relation}>
          <RadioCards
            name="relation"
            value={relation ?? ''}
            onValueChange={setRelation}
            options={[
              { value: 'employed', label: 'Employed', hint: 'Has an employment contract with you.' },
              {
                value: 'direct_control',
                label: 'Under direct control',
                hint: 'Trained, directed and sanctioned by you as your own staff, paid or not.',
              },
            ]}
          />
        </Field>
        <Field
          label="Privacy training on"
          name="privacyTrainingOn"
          hint="At most 12 months ago"
          error={errors.privacyTrainingOn}
        >
          <Input
            type="date"
            max={today}
            value={trainedOn}
            onChange={(event) => setTrainedOn(event.target.value)}
          />
        </Field>
      </div>
    </Dialog>
  );
}

function TakeBack({ person, scope }: { person: Member; scope: 'team' | 'own' }) {
  const trpc = useTRPC();
  const router = useRouter();
  const options = {
    onSuccess: () => {
      toast.success(`The attestation of ${person.name} is taken back.`);
      router.refresh();
    },
    onError: (error: unknown) =>
      toast.error(refusalProblems(error)[0]?.message ?? 'It could not be taken back.'),
  };
  const revokeTeam = useMutation(trpc.agreements.revokeAttestation.mutationOptions(options));
  const revokeOwn = useMutation(trpc.agreements.revokeOwnStaff.mutationOptions(options));
  const revoke = scope === 'team' ? revokeTeam : revokeOwn;
  const { attestation } = person;
  if (attestation === null) return null;
  return (
    <Dialog
      title={`Take back the attestation of ${person.name}`}
      description="Protected data closes for the person at once; cases they hold are taken back and their time is paid."
      trigger={
        <Button size="sm" variant="quiet">
          Take back…
        </Button>
      }
      footer={
        <Button
          variant="danger"
          pending={revoke.isPending}
          onClick={() => revoke.mutate({ attestationId: attestation.id })}
        >
          Take back attestation
        </Button>
      }
    />
  );
}
