'use client';

import { usePathname, useRouter } from 'next/navigation';
import { Field } from '#app/_ui/field.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';

type TeamFilterProps = {
  teams: readonly { teamId: string; name: string }[];
  teamId: string | null;
  /** What no team is called; left out where one must be chosen. */
  everybody?: string;
};

/** One team's people instead of everybody's; in the address, so that it can be sent. */
export function TeamFilter({ teams, teamId, everybody }: TeamFilterProps) {
  const router = useRouter();
  const path = usePathname();
  return (
    <Field label="Team" className="w-full max-w-64">
      <NativeSelect
        value={teamId ?? ''}
        onChange={(event) =>
          router.push(event.target.value === '' ? path : `${path}?team=${event.target.value}`)
        }
      >
        {everybody === undefined ? null : <option value="">{everybody}</option>}
        {teams.map((one) => (
          <option key={one.teamId} value={one.teamId}>
            {one.name}
          </option>
        ))}
      </NativeSelect>
    </Field>
  );
}
