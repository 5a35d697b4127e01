import type { Queryable } from '#db/client.ts';
import { attestationsOfPeople } from '#server/agreements/attestations-of-people.ts';
import { decideOrgAccess } from '#server/agreements/decide-access.ts';
import { findServicesGap } from '#server/agreements/reads.ts';
import type { OrgContext } from '#server/command/context.ts';
import type { ErrorDetail } from '#server/core/errors.ts';
import { listQualifications } from '#server/credentials/reads.ts';
import {
  countOpenInvitations,
  findInHouse,
  listOrgMembers,
  type OrgMember,
  rolesOfPerson,
} from '#server/identity/reads.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import type { Project } from '#server/projects/schemas.ts';
import { findSignedProtocol } from '#server/protocols/reads.ts';
import { findEngagements } from '#server/staffing/reads.ts';
import { listHours, listLiveOrders, listOrdersOf, type OrderRow, sumUnitWork } from './queries.ts';
import { ownStaffBars } from './rules.ts';
import type { OrderView, OwnReader, OwnStaffView } from './schemas.ts';
import { seatRefusals } from './seat-own-staff.ts';

type UnitRow = NonNullable<Awaited<ReturnType<typeof findInHouse>>>;

/** Readers of a unit that the page looks at closely. */
const MOST_READERS = 200;

/** The acting sponsor's own staff in a project: the unit, what was agreed, who reads, and what is still missing. `not_found` for others. */
export async function viewOwnStaff(ctx: OrgContext, input: { projectId: string }): Promise<OwnStaffView> {
  const project = await getProjectForOrg(ctx.db, ctx.actor.orgId, input.projectId);
  const now = ctx.clock.now();
  const unit = await findInHouse(ctx.db, ctx.actor.orgId);
  const orders = await listLiveOrders(ctx.db, project.id);
  const viewOf = (status: OrderRow['status']) => {
    const found = orders.find((one) => one.status === status);
    return found ? orderViewOf({ ...found, project: project.title }) : null;
  };
  const order = viewOf('agreed');
  const work = unit === null ? null : await sumUnitWork(ctx.db, { orgId: unit.id, projectId: project.id });
  return {
    project,
    unit:
      unit === null
        ? null
        : {
            orgId: unit.id,
            name: unit.legalName,
            status: unit.status,
            statusReason: unit.statusReason,
            invited: await countOpenInvitations(ctx.db, { orgId: unit.id, now }),
            isMember: (await rolesOfPerson(ctx.db, unit.id, ctx.actor.personId)).length > 0,
          },
    order,
    proposal: viewOf('proposed'),
    readers:
      unit === null
        ? []
        : await readersOf(ctx.db, { project, unit, now, needsExam: order?.needsExam ?? true }),
    missing: unit === null ? [] : await missingOfUnit(ctx.db, { project, unit, now }),
    barred: ownStaffBars(project.intendedUse),
    measured:
      work === null || work.reads === 0
        ? null
        : {
            reads: work.reads,
            readsPerHour: work.activeMs === 0 ? null : (work.reads * 3_600_000) / work.activeMs,
            goldN: work.goldN,
            goldOk: work.goldOk,
          },
  };
}

/** Orders of the acting in-house unit, newest first; empty for every other organisation. */
export async function listOwnOrders(ctx: OrgContext): Promise<OrderView[]> {
  return (await listOrdersOf(ctx.db, ctx.actor.orgId)).map(orderViewOf);
}

function orderViewOf(row: OrderRow & { project: string }): OrderView {
  const { id, projectId, project, status, pricePerReadMinor, currency } = row;
  const { hoursPerWeek, needsExam, note, proposedAt, answeredAt } = row;
  return {
    id,
    projectId,
    project,
    status,
    pricePerReadMinor,
    currency,
    hoursPerWeek,
    needsExam,
    note,
    proposedAt,
    answeredAt,
  };
}

/** The same gates as of any vendor: an operator's look (R0), the services agreement (R1), the chain to the data (R18). */
async function missingOfUnit(
  q: Queryable,
  of: { project: Project; unit: UnitRow; now: Date },
): Promise<ErrorDetail[]> {
  const { project, unit, now } = of;
  const missing: ErrorDetail[] = [];
  if (unit.status !== 'verified')
    missing.push({
      code: 'own_staff.unverified',
      message: 'An operator has not checked the in-house unit yet; nobody reads for it before (R0).',
    });
  const services = await findServicesGap(q, { orgId: unit.id, now });
  if (services) missing.push(services);
  const gate = await decideOrgAccess(q, { viaOrgId: unit.id, of: { projectId: project.id }, now });
  if (!gate.allowed)
    missing.push(...gate.reasons.filter((one) => !missing.some((known) => known.code === one.code)));
  return missing;
}

async function readersOf(
  q: Queryable,
  of: { project: Project; unit: UnitRow; now: Date; needsExam: boolean },
): Promise<OwnReader[]> {
  const { project, unit, now } = of;
  const members = (await listOrgMembers(q, unit.id, { limit: MOST_READERS })).filter((one) =>
    one.roles.some((role) => role === 'vendor_annotator' || role === 'qa_lead'),
  );
  const ids = members.map((one) => one.personId);
  const hours = await listHours(q, ids);
  const attested = new Map(
    (await attestationsOfPeople(q, { orgId: unit.id, personIds: ids })).map((one) => [one.personId, one]),
  );
  const seats = await findEngagements(q, { projectId: project.id, viaOrgId: unit.id });
  const signed = await findSignedProtocol(q, project.id);
  const readers: OwnReader[] = [];
  for (const member of members) {
    const role = roleFor(member);
    const own = seats.filter((one) => one.personId === member.personId);
    readers.push({
      personId: member.personId,
      name: member.name,
      email: member.email,
      seats: own.flatMap((one) =>
        one.role === 'annotator' || one.role === 'reviewer' ? [{ engagementId: one.id, role: one.role }] : [],
      ),
      refusals: await seatRefusals(q, { project, unitOrgId: unit.id, personId: member.personId, role, now }),
      gaps: [
        ...attestationGap(attested.get(member.personId), now),
        ...(of.needsExam ? await examGap(q, member.personId, signed?.id ?? null, now) : []),
      ],
      hoursPerWeek: hours.get(member.personId) ?? null,
    });
  }
  return readers;
}

const roleFor = (member: OrgMember): 'annotator' | 'reviewer' =>
  member.roles.includes('vendor_annotator') ? 'annotator' : 'reviewer';

function attestationGap(
  held: { confirmedAt: Date | null; validUntil: string } | undefined,
  now: Date,
): ErrorDetail[] {
  const today = now.toISOString().slice(0, 10);
  if (held && held.confirmedAt !== null && held.validUntil >= today) return [];
  const message =
    held === undefined
      ? 'The unit has not attested them as its workforce yet (R19).'
      : held.confirmedAt === null
        ? 'They have not confirmed their attestation yet (R19).'
        : `Their attestation ended on ${held.validUntil} (R19).`;
  return [{ code: 'own_staff.attestation', message }];
}

async function examGap(
  q: Queryable,
  personId: string,
  protocolVersionId: string | null,
  now: Date,
): Promise<ErrorDetail[]> {
  const held = await listQualifications(q, personId);
  const hasPassed = held.some(
    (one) =>
      one.kind === 'exam' &&
      one.protocolVersionId !== null &&
      one.protocolVersionId === protocolVersionId &&
      (one.validUntil === null || one.validUntil > now),
  );
  if (hasPassed) return [];
  return [
    {
      code: 'own_staff.exam',
      message:
        protocolVersionId === null
          ? 'The exam follows when the protocol is signed.'
          : 'They have not passed the exam on the signed protocol yet.',
    },
  ];
}
