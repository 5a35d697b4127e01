import type { Metadata } from 'next';
import type { Search } from '#app/_shell/address.ts';
import { InvitationList } from '#app/_team/invitation-list.tsx';
import { InviteForm } from '#app/_team/invite-form.tsx';
import { MemberList } from '#app/_team/member-list.tsx';
import { listPlace } from '#app/_team/page-place.ts';
import { loaded } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import type { Role } from '#server/command/capabilities.ts';

export const metadata: Metadata = { title: 'Team' };

/** Roles without which a project cannot be signed or its gold be made. */
const NEEDED: readonly { role: Role; words: string }[] = [
  { role: 'clinical_lead', words: 'a clinical lead to sign protocols' },
  { role: 'ml_lead', words: 'an ML lead to sign protocols' },
  { role: 'panel_reader', words: 'panel readers to make gold' },
];

/** The sponsor's people: who they are, what they may do, who is still invited. */
export default async function TeamPage({ searchParams }: { searchParams: Promise<Search> }) {
  const search = await searchParams;
  const invitedAfter = listPlace(search, 'invited_').after;
  const team = await loaded((call) => call.identity.team({ ...listPlace(search), invitedAfter }));
  const held = new Set(team.heldRoles);
  const missing = NEEDED.filter(({ role }) => !held.has(role)).map(({ words }) => words);
  return (
    <>
      <PageHeader title="Team">
        <AnswerLine>
          <strong>{team.people}</strong> {team.people === 1 ? 'person' : 'people'}
          {missing.length === 0
            ? ', every role that a project needs is filled.'
            : `; you still need ${listed(missing)}.`}
        </AnswerLine>
      </PageHeader>
      <div className="flex flex-col gap-8">
        <section aria-label="Invite" className="flex flex-col gap-3">
          <h2 className="font-semibold text-lg">Invite somebody</h2>
          <InviteForm grantable={team.grantable} />
        </section>
        <section aria-label="Members" className="flex flex-col gap-3">
          <h2 className="font-semibold text-lg">Members</h2>
          <MemberList members={team.members} next={team.next} grantable={team.grantable} />
        </section>
        <section aria-label="Open invitations" className="flex flex-col gap-3">
          <h2 className="font-semibold text-lg">Open invitations</h2>
          <InvitationList
            canRevoke
            invitations={team.invitations}
            inAll={team.invited}
            next={team.nextInvited}
          />
        </section>
      </div>
    </>
  );
}

function listed(words: readonly string[]): string {
  return new Intl.ListFormat('en', { type: 'conjunction' }).format(words);
}
