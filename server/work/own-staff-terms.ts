import type { Queryable } from '#db/client.ts';
import { allow, type Decision, refuse } from '#server/command/decision.ts';
import type { ErrorDetail } from '#server/core/errors.ts';
import { findInHouse, sponsorOfInHouse } from '#server/identity/reads.ts';
import { findAgreedOrder } from '#server/own-staff/reads.ts';
import { ownStaffBars } from '#server/own-staff/rules.ts';
import type { Project } from '#server/projects/schemas.ts';
import type { InsertBatchInput } from './create-batch.ts';
import { poolList } from './pool-rules.ts';
import type { Batch } from './reads.ts';

/** Kinds of batches that own staff reads by its order. */
const ORDERED = ['production', 'relabel'];

/**
 * A batch that is meant for the sponsor's in-house unit, at the price of its order and with its exam; every other input as it is.
 * Without an agreed order, and for a unit that is another sponsor's, it says so (`ownStaffFault`), which refuses it.
 */
export async function withOwnStaffTerms(
  q: Queryable,
  project: Project,
  input: InsertBatchInput,
): Promise<InsertBatchInput> {
  if (!input.vendorOrgId || input.contractId) return input;
  const sponsorOrgId = await sponsorOfInHouse(q, input.vendorOrgId);
  if (sponsorOrgId === null || !ORDERED.includes(input.kind)) return input;
  const order = sponsorOrgId === project.orgId ? await findAgreedOrder(q, project.id) : null;
  if (order === null) {
    const { message } = NO_ORDER;
    return { ...input, ownStaffFault: { code: 'batch.own_staff_order', path: 'vendorOrgId', message } };
  }
  return {
    ...input,
    isOwnStaff: true,
    pricePerReadMinor: order.pricePerReadMinor,
    claimRules: {
      ...input.claimRules,
      needsExam: order.needsExam || (input.claimRules?.needsExam ?? false),
    },
  };
}

/**
 * What holds for who reads through an organisation in a project: nothing is paid to the sponsor itself, its in-house unit is paid at
 * most what was agreed, neither costs a fee (R2). Refused where own staff may not read (R7, R25) or nothing is agreed.
 */
export async function ownStaffTermsOf(
  q: Queryable,
  project: Project,
  orgId: string,
): Promise<{ isOwn: boolean; mostMinor: bigint | null; decision: Decision }> {
  if (orgId === project.orgId) return { isOwn: true, mostMinor: 0n, decision: allow('') };
  const sponsorOrgId = await sponsorOfInHouse(q, orgId);
  if (sponsorOrgId === null) return { isOwn: false, mostMinor: null, decision: allow('') };
  const barred = ownStaffBars(project.intendedUse);
  if (barred.length > 0) return { isOwn: true, mostMinor: 0n, decision: refuse(...barred) };
  const order = sponsorOrgId === project.orgId ? await findAgreedOrder(q, project.id) : null;
  if (order !== null) return { isOwn: true, mostMinor: order.pricePerReadMinor, decision: allow('') };
  return { isOwn: true, mostMinor: 0n, decision: refuse(NO_ORDER) };
}

/** Why own staff, where a batch is its or has a pool of it, cannot read; null when it can or does not. */
export async function ownStaffGap(
  q: Queryable,
  batch: Pick<Batch, 'projectId' | 'vendorOrgId' | 'pools'>,
): Promise<ErrorDetail | null> {
  const orgIds = [batch.vendorOrgId, ...(poolList.parse(batch.pools) ?? []).map((one) => one.orgId)];
  for (const orgId of new Set(orgIds)) {
    if (orgId === null || (await sponsorOfInHouse(q, orgId)) === null) continue;
    const order = await findAgreedOrder(q, batch.projectId);
    if (order?.orgId === orgId) continue;
    return { ...NO_ORDER, href: `/sponsor/projects/${batch.projectId}/own-staff` };
  }
  return null;
}

/** The in-house unit of a sponsor with an agreed order in a project; null without one. */
export async function orderedUnit(
  q: Queryable,
  project: Pick<Project, 'id' | 'orgId'>,
): Promise<{ orgId: string; name: string; pricePerReadMinor: bigint; hoursPerWeek: number } | null> {
  const unit = await findInHouse(q, project.orgId);
  const order = unit === null ? null : await findAgreedOrder(q, project.id);
  if (unit === null || order === null) return null;
  const { pricePerReadMinor, hoursPerWeek } = order;
  return { orgId: unit.id, name: unit.legalName, pricePerReadMinor, hoursPerWeek };
}

const NO_ORDER: ErrorDetail = {
  code: 'own_staff.no_order',
  message: 'There is no agreed order with own staff in this project.',
};
