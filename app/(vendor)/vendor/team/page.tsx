import type { Metadata } from 'next';
import type { Search } from '#app/_shell/address.ts';
import { InvitationList } from '#app/_team/invitation-list.tsx';
import { InviteForm } from '#app/_team/invite-form.tsx';
import { MemberList } from '#app/_team/member-list.tsx';
import { listPlace } from '#app/_team/page-place.ts';
import { ReadinessBoard } from '#app/_team/readiness-board.tsx';
import { RosterImport } from '#app/_team/roster-import.tsx';
import { TeamList } from '#app/_team/team-list.tsx';
import { loaded } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';

export const metadata: Metadata = { title: 'Team' };

/** A vendor's people: who is ready to read, what the others lack, who is invited. */
export default async function TeamPage({ searchParams }: { searchParams: Promise<Search> }) {
  const search = await searchParams;
  const invitedAfter = listPlace(search, 'invited_').after;
  const show = search.ready_show === 'not_ready' ? 'not_ready' : 'all';
  const { me, team, board, teams } = await loaded(async (call) => ({
    me: await call.identity.me(),
    team: await call.identity.staff({ ...listPlace(search), invitedAfter }),
    teams: await call.identity.teams(),
    board: await call.identity.readiness({ ...listPlace(search, 'ready_'), show }),
  }));
  const isOwner = me.capabilities.includes('org.manage');
  return (
    <>
      <PageHeader title="Team" actions={<RosterImport />}>
        <AnswerLine>
          {board.readers === 0 ? (
            'Nobody reads for you yet. Invite annotators one by one, or import a roster.'
          ) : (
            <>
              <strong>
                {board.ready} of {board.readers}
              </strong>{' '}
              {board.readers === 1 ? 'reader is' : 'readers are'} ready: account, identity, credential,
              attestation and privacy training.
            </>
          )}
        </AnswerLine>
      </PageHeader>
      <div className="flex flex-col gap-8">
        {board.readers === 0 ? null : (
          <section aria-label="Who is ready" className="flex flex-col gap-3">
            <h2 className="font-semibold text-lg">Who is ready</h2>
            <ReadinessBoard people={board.people} next={board.next} />
          </section>
        )}
        <section aria-label="Invite" className="flex flex-col gap-3">
          <h2 className="font-semibold text-lg">Invite somebody</h2>
          <InviteForm asStaff={!isOwner} grantable={team.grantable} teams={teams.teams} />
        </section>
        <section aria-label="Teams" className="flex max-w-[960px] flex-col gap-3">
          <h2 className="font-semibold text-lg">Teams</h2>
          <TeamList {...teams} />
        </section>
        {isOwner ? (
          <section aria-label="Members" className="flex flex-col gap-3">
            <h2 className="font-semibold text-lg">Members</h2>
            <MemberList members={team.members} next={team.next} grantable={team.grantable} />
          </section>
        ) : null}
        <section aria-label="Open invitations" className="flex flex-col gap-3">
          <h2 className="font-semibold text-lg">Open invitations</h2>
          <InvitationList
            canRevoke={isOwner}
            invitations={team.invitations}
            inAll={team.invited}
            next={team.nextInvited}
          />
        </section>
      </div>
    </>
  );
}
