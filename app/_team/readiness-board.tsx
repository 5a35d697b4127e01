import { Circle, CircleAlert, CircleCheck, CircleDashed } from 'lucide-react';
import { roleName } from '#app/_shell/role-words.ts';
import { cn } from '#app/_ui/cn.ts';
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
  personId: string | null;
  name: string | null;
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

/** Who is ready to read and what the others lack (R0); on a phone each person is a short list. */
export function ReadinessBoard({ people }: { people: readonly ReadinessPerson[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a frame that scrolls must be reachable by keyboard
    <section aria-label="Readiness" tabIndex={0} className="overflow-x-auto border-line border-y">
      <table className="w-full min-w-[56rem] text-sm">
        <thead>
          <tr className="h-9 bg-sunken text-left text-ink-2">
            <th scope="col" className="px-2 font-medium">
              Person
            </th>
            <th scope="col" className="px-2 font-medium">
              Role
            </th>
            {STEPS.map(([key, label]) => (
              <th key={key} scope="col" className="px-2 font-medium">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {people.map((person) => (
            <tr
              key={`${person.personId ?? person.email} ${person.roles.join()}`}
              className="h-9 border-line border-t"
            >
              <th
                scope="row"
                className="max-w-56 truncate px-2 text-left font-medium text-base"
                title={person.email}
              >
                {person.name ?? person.email}
              </th>
              <td className="px-2 text-ink-2">{person.roles.map(roleName).join(', ')}</td>
              {STEPS.map(([key]) => (
                <td key={key} className="px-2">
                  <Step state={person.steps[key]} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
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
