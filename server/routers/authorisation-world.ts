import type { Database } from '#db/client.ts';
import { makeMember, makeOrganisation } from '#db/seed/factories/identity.ts';
import { ORG_KINDS, type OrgKind } from '#server/command/actor.ts';
import { type Capability, ROLE_CAPABILITIES, type Role } from '#server/command/capabilities.ts';
import type { CommandContext, OrgContext } from '#server/command/context.ts';
import { systemClock } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import { OWNER_ROLE, rolesOf } from '#server/identity/rules.ts';

export type Org = { id: string; kind: OrgKind; verified: boolean };

/**
 * Two of everything: organisations of each kind (one platform) on side `a`, whose things are asked for, and on
 * side `b`, who asks for what is not theirs; with people in any roles, made when first needed.
 */
export type World = {
  db: Database;
  org(side: 'a' | 'b', kind: OrgKind): Promise<Org>;
  /** Somebody in these roles of that organisation; the same person each time. */
  member(side: 'a' | 'b', kind: OrgKind, roles: readonly Role[]): Promise<OrgContext>;
  /** Somebody whose role in that organisation has the capability. */
  holder(side: 'a' | 'b', kind: OrgKind, can: Capability): Promise<OrgContext>;
  /** Makes something once and shares it between rows: `w.once('project', () => makeProject(…))`. */
  once<T>(name: string, make: () => Promise<T>): Promise<T>;
  /** Nobody, as a context. */
  anonymous(): CommandContext;
};

/** The kinds of organisation in which some role has `can`. */
export function kindsWith(can: Capability): OrgKind[] {
  return ORG_KINDS.filter((kind) => roleWith(kind, can) !== null);
}

/** A role of the kind that has `can`, or null. */
export function roleWith(kind: OrgKind, can: Capability): Role | null {
  return rolesOf(kind).find((role) => ROLE_CAPABILITIES[role].includes(can)) ?? null;
}

/** Roles of the kind that do not have `can`; empty (a member without a role) when every role has it. */
export function rolesWithout(kind: OrgKind, can: Capability): Role[] {
  const role = rolesOf(kind).find((one) => !ROLE_CAPABILITIES[one].includes(can));
  return role === undefined ? [] : [role];
}

/** An empty world on a database. */
export function makeWorld(db: Database): World {
  const made = new Map<string, Promise<unknown>>();
  const once = <T>(name: string, make: () => Promise<T>): Promise<T> => {
    const known = made.get(name) ?? make();
    made.set(name, known);
    return known as Promise<T>;
  };
  const org = (side: 'a' | 'b', kind: OrgKind): Promise<Org> =>
    once(`org ${kind === 'platform' ? 'a' : side} ${kind}`, () => makeOrganisation(db, { kind }));
  const member = (side: 'a' | 'b', kind: OrgKind, roles: readonly Role[]): Promise<OrgContext> =>
    once(`member ${side} ${kind} ${roles.join()}`, async () =>
      roles.length > 0
        ? makeMember(db, { org: await org(side, kind), roles })
        : withoutRights(
            await makeMember(db, { org: await org(side, kind), roles: [rolesOf(kind)[0] as Role] }),
          ),
    );
  return {
    db,
    org,
    member,
    once,
    holder: (side, kind, can) => {
      if (can === 'self' || can === 'public') return member(side, kind, [OWNER_ROLE[kind]]);
      const role = roleWith(kind, can);
      if (role === null) throw new Error(`No role of a ${kind} has ${can}; set \`as\` in the row.`);
      return member(side, kind, [role]);
    },
    anonymous: () => ({ db, clock: systemClock, actor: { kind: 'anonymous' }, requestId: newId() }),
  };
}

function withoutRights(ctx: OrgContext): OrgContext {
  return { ...ctx, actor: { ...ctx.actor, capabilities: new Set<Capability>(['public', 'self']) } };
}
