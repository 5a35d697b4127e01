import { Circle, CircleAlert, CircleCheck, CircleDashed } from 'lucide-react';
import { roleName } from '#app/_shell/role-words.ts';
import { cn } from '#app/_ui/cn.ts';
import { DataTable } from '#app/_ui/data-table.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import type { Role } from '#server/command/capabilities.ts';

type StepState = 'done' | 'waiting' | 'missing' | 'expired';

const STEPS = [
  ['account', 'Account'],
  ['identity', 'Identity'],
  ['credential', 'Credential'],
  ['attestation', 'Attestation'],
  ['privacy_training', 'Privacy training'],
  ['protocol_training', 'Protocol training'],
] as const;

export type ReadinessPerson = {
  personId: string;
  name: string;
  email: string;
  roles: readonly Role[];
  steps: Record<(typeof STEPS)[number][0], StepState>;
};

const STATES: Record<StepState, { words: string; icon: typeof Circle; tone: string }> = {
  done: { words: 'done', icon: CircleCheck, tone: 'text-good-ink' },
  waiting: { words: 'waiting', icon: CircleDashed, tone: 'text-information-ink' },
  missing: { words: 'missing', icon: Circle, tone: 'text-ink-3' },
  expired: { words: 'expired', icon: CircleAlert, tone: 'text-critical-ink' },
};

const phoneWords = (steps: ReadinessPerson['steps']) => {
  const open = STEPS.filter(([key]) => key !== 'protocol_training' && steps[key] !== 'done');
  return open.length === 0
    ? 'Ready'
    : open.map(([key, label]) => `${label} ${STATES[steps[key]].words}`).join(', ');
};

/** Who is ready to read and what the others lack (R0), by pages; on a phone what is lacking stands under the name. */
export function ReadinessBoard({
  people,
  next,
}: {
  people: readonly ReadinessPerson[];
  next: string | null;
}) {
  return (
    <DataTable
      id="readiness"
      caption="Who is ready"
      urlPrefix="ready_"
      search
      filters={[{ key: 'show', label: 'Readers', options: [{ value: 'not_ready', label: 'Not ready yet' }] }]}
      nextCursor={next}
      columns={[
        { key: 'person', header: 'Person', phone: 'main' },
        { key: 'roles', header: 'Role' },
        ...STEPS.map(([key, label]) => ({ key, header: label })),
      ]}
      rows={people.map((person) => ({
        id: person.personId,
        name: person.name,
        cells: {
          person: (
            <>
              <span title={person.email}>{person.name}</span>
              <span className="block pb-1 font-normal text-ink-2 text-xs sm:hidden">
                {phoneWords(person.steps)}
              </span>
            </>
          ),
          roles: person.roles.map(roleName).join(', '),
          ...Object.fromEntries(STEPS.map(([key]) => [key, <Step key={key} state={person.steps[key]} />])),
        },
        values: {
          person: person.name,
          roles: person.roles.map(roleName).join(', '),
          ...Object.fromEntries(STEPS.map(([key]) => [key, STATES[person.steps[key]].words])),
        },
      }))}
      empty={<EmptyState title="Your readers will be here">Invite annotators first.</EmptyState>}
    />
  );
}

function Step({ state }: { state: StepState }) {
  const { words, icon: Icon, tone } = STATES[state];
  return (
    <span className={cn('inline-flex items-center gap-1', tone)}>
      <Icon aria-hidden className="size-3.5" />
      {words}
    </span>
  );
}
