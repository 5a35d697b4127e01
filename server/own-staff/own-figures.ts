import type { Queryable } from '#db/client.ts';
import { snapshotCredentials } from '#server/credentials/reads.ts';
import { evaluateCredentialRule } from '#server/credentials/rules.ts';
import { findInHouse, listOrgMembers } from '#server/identity/reads.ts';
import type { Project } from '#server/projects/schemas.ts';
import { listHours, sumUnitWork } from './queries.ts';

export type OwnFigures = {
  /** Readers of the in-house unit who meet the project's credential rule now. */
  people: number;
  /** Mean of what those who said so can give a week; null when nobody said. */
  hoursPerWeek: number | null;
  /** Measured on this kind of work; null before the first read. */
  readsPerHour: number | null;
  goldN: number;
  goldOk: number;
};

/** What is known of a sponsor's own people for a project; null without an in-house unit. */
export async function ownFigures(q: Queryable, project: Project, now: Date): Promise<OwnFigures | null> {
  const unit = await findInHouse(q, project.orgId);
  if (unit === null) return null;
  const readers = (await listOrgMembers(q, unit.id)).filter((one) => one.roles.includes('vendor_annotator'));
  const snapshots = await snapshotCredentials(
    q,
    readers.map((one) => one.personId),
    now,
  );
  const able = readers
    .map((one) => one.personId)
    .filter((personId) => {
      const snapshot = snapshots.get(personId) ?? { takenAt: now.toISOString(), credentials: [] };
      return evaluateCredentialRule(project.credentialRule, snapshot, now).allowed;
    });
  const hours = [...(await listHours(q, able)).values()];
  const { modality, anatomy } = project;
  const work = await sumUnitWork(q, { orgId: unit.id, modality, anatomy });
  return {
    people: able.length,
    hoursPerWeek: hours.length === 0 ? null : hours.reduce((sum, one) => sum + one, 0) / hours.length,
    readsPerHour: work.activeMs === 0 ? null : (work.reads * 3_600_000) / work.activeMs,
    goldN: work.goldN,
    goldOk: work.goldOk,
  };
}
