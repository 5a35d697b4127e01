import type { Queryable } from '#db/client.ts';
import { listOperators, listOrgMembers } from '#server/identity/reads.ts';
import { deskOf, type FlagKind } from './trouble-rules.ts';

export type DeskMember = { personId: string; orgId: string; href: string };

/** The people of the sponsor who are told what readers say: its keepers of data of what is broken, else its clinical leads. */
export async function listSponsorDesk(
  q: Queryable,
  of: { projectId: string; orgId: string; kind: FlagKind },
): Promise<DeskMember[]> {
  const isAsked: (roles: readonly string[]) => boolean =
    deskOf(of.kind) === 'data'
      ? (roles) => roles.some((role) => role === 'sponsor_owner' || role === 'project_manager')
      : (roles) => roles.includes('clinical_lead');
  return (await listOrgMembers(q, of.orgId))
    .filter((member) => isAsked(member.roles))
    .map(({ personId }) => ({
      personId,
      orgId: of.orgId,
      href: `/sponsor/projects/${of.projectId}/questions`,
    }));
}

/** The operators, whose desk incidents are. */
export async function listIncidentDesk(q: Queryable): Promise<DeskMember[]> {
  return (await listOperators(q)).map((one) => ({ ...one, href: '/operator/incidents' }));
}
