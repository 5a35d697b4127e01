'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Dialog } from '#app/_ui/dialog.tsx';
import { TextLink } from '#app/_ui/text-link.tsx';
import { toast } from '#app/_ui/toast.ts';
import type { TeamsView } from '#server/identity/staff-team-schemas.ts';
import { TeamDialog } from './team-dialog.tsx';

/** A vendor's teams: who leads them, who is in them. */
export function TeamList({ teams, people }: TeamsView) {
  return (
    <div className="flex flex-col gap-3">
      {teams.length === 0 ? (
        <p className="border-line border-y py-3 text-ink-3 text-sm">
          No teams yet. With teams you look at your bench and plan rosters part by part, and a lead sees how
          far their people are booked.
        </p>
      ) : (
        <ul className="divide-y divide-line border-line border-y">
          {teams.map((team) => (
            <li
              key={team.teamId}
              className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 py-2"
            >
              <div className="min-w-0 flex-1 basis-64">
                <p className="font-medium">{team.name}</p>
                <p className="text-ink-3 text-sm">
                  {team.members.length === 1 ? '1 person' : `${team.members.length} people`},{' '}
                  {team.lead ? `led by ${team.lead.name}` : 'nobody leads it'}
                  {team.members.length > 0
                    ? `: ${team.members
                        .slice(0, NAMES)
                        .map((one) => one.name)
                        .join(', ')}${team.members.length > NAMES ? '…' : ''}`
                    : ''}
                </p>
              </div>
              <div className="flex flex-wrap items-center gap-2">
                <TextLink href={`/vendor/roster/bench?team=${team.teamId}`}>Who is free</TextLink>
                <TeamDialog team={team} people={people} trigger={<Button size="sm">Change team</Button>} />
                <Dissolve team={team} />
              </div>
            </li>
          ))}
        </ul>
      )}
      <div>
        <TeamDialog team={null} people={people} trigger={<Button>New team</Button>} />
      </div>
    </div>
  );
}

/** Names that are shown of a team. */
const NAMES = 6;

function Dissolve({ team }: { team: TeamsView['teams'][number] }) {
  const trpc = useTRPC();
  const router = useRouter();
  const dissolve = useMutation(
    trpc.identity.dissolveTeam.mutationOptions({
      onSuccess: () => {
        toast.success('The team is dissolved; its people stay.');
        router.refresh();
      },
      onError: (error) => toast.error(error.message),
    }),
  );
  return (
    <Dialog
      size="sm"
      title={`Dissolve ${team.name}?`}
      description="Its people stay with you and in their other teams. Open invitations to it still work, without the team."
      trigger={
        <Button size="sm" variant="quiet">
          Dissolve
        </Button>
      }
      footer={
        <Button
          variant="danger"
          pending={dissolve.isPending}
          onClick={() => dissolve.mutate({ teamId: team.teamId })}
        >
          Dissolve team
        </Button>
      }
    />
  );
}
