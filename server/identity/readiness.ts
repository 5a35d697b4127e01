import { attestationsOfPeople, type HeldAttestation } from '#server/agreements/attestations-of-people.ts';
import type { Role } from '#server/command/capabilities.ts';
import type { OrgContext } from '#server/command/context.ts';
import {
  type HeldQualification,
  qualificationsOfPeople,
} from '#server/credentials/qualifications-of-people.ts';
import { snapshotCredentials, withVerifiedCredential } from '#server/credentials/reads.ts';
import type { SnapshotEntry } from '#server/credentials/schemas.ts';
import { listMemberIds, listMembersPage } from './member-queries.ts';
import { listConfirmedAddresses } from './queries.ts';
import type { OrgMember } from './reads.ts';
import type { ReadinessInput } from './schemas.ts';

export type ReadinessStep =
  | 'account'
  | 'identity'
  | 'credential'
  | 'attestation'
  | 'privacy_training'
  | 'protocol_training';
/** `waiting`: begun, somebody has to act; `expired`: was done once. */
export type StepState = 'done' | 'waiting' | 'missing' | 'expired';

export type ReadinessRow = {
  personId: string;
  name: string;
  email: string;
  roles: Role[];
  steps: Record<ReadinessStep, StepState>;
};

const READERS: readonly Role[] = ['vendor_annotator', 'qa_lead'];

/**
 * How many of a vendor's readers are ready (R0, R19), and a page of how far each is on the way: `identity` is the confirmed
 * address, `credential` one verified credential in date. Training on a protocol belongs to a project, so it keeps nobody
 * from being ready for the next one.
 */
export async function listReadiness(
  ctx: OrgContext,
  input: ReadinessInput,
): Promise<{ readers: number; ready: number; people: ReadinessRow[]; next: string | null }> {
  const { orgId } = ctx.actor;
  const readers = await listMemberIds(ctx.db, { orgId, roles: READERS });
  const ready = await readyAmong(ctx, readers);
  const members = await listMembersPage(ctx.db, {
    ...input,
    orgId,
    limit: input.limit + 1,
    among: input.show === 'all' ? readers : readers.filter((id) => !ready.has(id)),
  });
  const shown = members.slice(0, input.limit);
  return {
    readers: readers.length,
    ready: ready.size,
    people: await stepsOf(ctx, shown),
    next: members.length > shown.length ? (shown.at(-1)?.personId ?? null) : null,
  };
}

/** Those among a vendor's people who could read for a project now. */
async function readyAmong(ctx: OrgContext, personIds: readonly string[]): Promise<Set<string>> {
  const { db, actor } = ctx;
  const now = ctx.clock.now();
  const [confirmed, credentialed, attestations, qualifications] = await Promise.all([
    listConfirmedAddresses(db, personIds),
    withVerifiedCredential(db, personIds, now),
    attestationsOfPeople(db, { orgId: actor.orgId, personIds }),
    qualificationsOfPeople(db, personIds),
  ]);
  const attested = Map.groupBy(attestations, (row) => row.personId);
  const passed = Map.groupBy(qualifications, (row) => row.personId);
  return new Set(
    personIds.filter(
      (id) =>
        confirmed.has(id) &&
        credentialed.has(id) &&
        attestationState(attested.get(id) ?? [], now) === 'done' &&
        trainingState(passed.get(id) ?? [], 'privacy_training', now) === 'done',
    ),
  );
}

async function stepsOf(ctx: OrgContext, members: readonly OrgMember[]): Promise<ReadinessRow[]> {
  const { db, actor } = ctx;
  const now = ctx.clock.now();
  const personIds = members.map((member) => member.personId);
  const [confirmed, snapshots, attestations, qualifications] = await Promise.all([
    listConfirmedAddresses(db, personIds),
    snapshotCredentials(db, personIds, now),
    attestationsOfPeople(db, { orgId: actor.orgId, personIds }),
    qualificationsOfPeople(db, personIds),
  ]);
  const attested = Map.groupBy(attestations, (row) => row.personId);
  const passed = Map.groupBy(qualifications, (row) => row.personId);
  return members.map(({ personId, name, email, roles }): ReadinessRow => {
    const held = passed.get(personId) ?? [];
    return {
      personId,
      name,
      email,
      roles,
      steps: {
        account: 'done',
        identity: confirmed.has(personId) ? 'done' : 'waiting',
        credential: credentialState(snapshots.get(personId)?.credentials ?? [], now),
        attestation: attestationState(attested.get(personId) ?? [], now),
        privacy_training: trainingState(held, 'privacy_training', now),
        protocol_training: trainingState(held, 'protocol_training', now),
      },
    };
  });
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
