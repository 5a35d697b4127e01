import type { Queryable } from '#db/client.ts';
import { ROLE_CAPABILITIES } from '#server/command/capabilities.ts';
import { listOrgMembers } from '#server/identity/reads.ts';

/** The people of a sponsor who may decide on quality proposals. */
export async function listDeciders(q: Queryable, orgId: string): Promise<{ personId: string }[]> {
  const members = await listOrgMembers(q, orgId);
  return members.filter((member) =>
    member.roles.some((role) => ROLE_CAPABILITIES[role].includes('quality.decide')),
  );
}
