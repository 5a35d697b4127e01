import { roleName } from '#app/_shell/role-words.ts';
import { DataTable } from '#app/_ui/data-table.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import type { Role } from '#server/command/capabilities.ts';
import { MemberActions } from './member-actions.tsx';

export type Member = { personId: string; name: string; email: string; roles: readonly Role[]; since: Date };

/** A page of the people of an organisation by name, searched on the server; their roles are given and ended here. */
export function MemberList({
  members,
  next,
  grantable,
}: {
  members: readonly Member[];
  next: string | null;
  grantable: readonly Role[];
}) {
  return (
    <DataTable
      id="members"
      caption="Members"
      search
      nextCursor={next}
      columns={[
        { key: 'person', header: 'Person', phone: 'main' },
        { key: 'email', header: 'Address' },
        { key: 'roles', header: 'Roles' },
        { key: 'since', header: 'Since' },
        { key: 'change', header: 'Change', align: 'right', phone: 'side', fixed: true, isAction: true },
      ]}
      rows={members.map((member) => ({
        id: member.personId,
        name: member.name,
        cells: {
          person: (
            <>
              {member.name}
              <span className="block break-all pb-1 font-normal text-ink-3 text-xs sm:hidden">
                {member.email}
                <br />
                {member.roles.map(roleName).join(', ')}
              </span>
            </>
          ),
          email: <span className="text-ink-2">{member.email}</span>,
          roles: member.roles.map(roleName).join(', '),
          since: <DateTime at={member.since} format="day" />,
          change: (
            <MemberActions
              personId={member.personId}
              name={member.name}
              roles={member.roles}
              grantable={grantable}
            />
          ),
        },
        values: {
          person: member.name,
          email: member.email,
          roles: member.roles.map(roleName).join(', '),
          since: member.since,
          change: null,
        },
      }))}
      empty={<EmptyState title="Your people will be here">Invite the first one above.</EmptyState>}
    />
  );
}
