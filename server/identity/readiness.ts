import { attestationsOfPeople, type HeldAttestation } from '#server/agreements/attestations-of-people.ts';
import type { Role } from '#server/command/capabilities.ts';
import type { OrgContext } from '#server/command/context.ts';
import {
  type HeldQualification,
  qualificationsOfPeople,
} from '#server/credentials/qualifications-of-people.ts';
import { snapshotCredentials } from '#server/credentials/reads.ts';
import type { SnapshotEntry } from '#server/credentials/schemas.ts';
import { listConfirmedAddresses, listOpenInvitations } from './queries.ts';
import { listOrgMembers } from './reads.ts';
import { isRole } from './rules.ts';

export const READINESS_STEPS = [
  'account',
  'identity',
  'credential',
  'attestation',
  'privacy_training',
  'protocol_training',
] as const;
export type ReadinessStep = (typeof READINESS_STEPS)[number];
/** `waiting`: begun, somebody has to act; `expired`: was done once. */
export type StepState = 'done' | 'waiting' | 'missing' | 'expired';

export type ReadinessRow = {
  personId: string | null;
  name: string | null;
  email: string;
  roles: Role[];
  steps: Record<ReadinessStep, StepState>;
};

/**
 * How far each of a vendor's people is on the way to reading (R0, R19): those who joined by name, then those who
 * were invited. `identity` is the confirmed address, `credential` one verified credential in date.
 */
export async function listReadiness(ctx: OrgContext): Promise<ReadinessRow[]> {
  const { db, actor } = ctx;
  const now = ctx.clock.now();
  const members = await listOrgMembers(db, actor.orgId);
  const personIds = members.map((member) => member.personId);
  const [confirmed, snapshots, attestations, qualifications, invitations] = await Promise.all([
    listConfirmedAddresses(db, personIds),
    snapshotCredentials(db, personIds, now),
    attestationsOfPeople(db, { orgId: actor.orgId, personIds }),
    qualificationsOfPeople(db, personIds),
    listOpenInvitations(db, actor.orgId, now),
  ]);
  const attestationsBy = Map.groupBy(attestations, (row) => row.personId);
  const qualificationsBy = Map.groupBy(qualifications, (row) => row.personId);
  const joined = members.map(({ personId, name, email, roles }): ReadinessRow => {
    const passed = qualificationsBy.get(personId) ?? [];
    return {
      personId,
      name,
      email,
      roles,
      steps: {
        account: 'done',
        identity: confirmed.has(personId) ? 'done' : 'waiting',
        credential: credentialState(snapshots.get(personId)?.credentials ?? [], now),
        attestation: attestationState(attestationsBy.get(personId) ?? [], now),
        privacy_training: trainingState(passed, 'privacy_training', now),
        protocol_training: trainingState(passed, 'protocol_training', now),
      },
    };
  });
  const invited = invitations.map((open): ReadinessRow => {
    const missing = Object.fromEntries(
      READINESS_STEPS.map((step) => [step, 'missing']),
    ) as ReadinessRow['steps'];
    const roles = isRole(open.role) ? [open.role] : [];
    return {
      personId: null,
      name: null,
      email: open.email,
      roles,
      steps: { ...missing, account: 'waiting' },
    };
  });
  return [...joined, ...invited];
}

function dayOf(now: Date): string {
  return now.toISOString().slice(0, 10);
}

/** The best state of any credential. */
export function credentialState(
  held: readonly Pick<SnapshotEntry, 'status' | 'expiresOn'>[],
  now: Date,
): StepState {
  const isOver = (one: { expiresOn: string | null }) => one.expiresOn !== null && one.expiresOn < dayOf(now);
  if (held.some((one) => one.status === 'verified' && !isOver(one))) return 'done';
  if (held.some((one) => one.status === 'claimed' || one.status === 'verifying')) return 'waiting';
  return held.some((one) => one.status === 'expired' || isOver(one)) ? 'expired' : 'missing';
}

/** R19: counts once the person has confirmed it, for its 12 months. */
export function attestationState(
  held: readonly Pick<HeldAttestation, 'confirmedAt' | 'validUntil'>[],
  now: Date,
): StepState {
  const inDate = held.filter((one) => one.validUntil >= dayOf(now));
  if (inDate.some((one) => one.confirmedAt !== null)) return 'done';
  if (inDate.length > 0) return 'waiting';
  return held.length > 0 ? 'expired' : 'missing';
}

/** Passed and in date. */
export function trainingState(
  held: readonly Pick<HeldQualification, 'kind' | 'validUntil'>[],
  kind: HeldQualification['kind'],
  now: Date,
): StepState {
  const ofKind = held.filter((one) => one.kind === kind);
  if (ofKind.some((one) => one.validUntil === null || one.validUntil > now)) return 'done';
  return ofKind.length > 0 ? 'expired' : 'missing';
}
