import { violates } from '#db/errors.ts';
import type { OrgContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { assertNameless } from './assert-nameless.ts';
import { findConcernedDataset, findReport, insertIncident, readAffected } from './queries.ts';
import { dueTimes, isOfEea } from './rules.ts';
import type { RegisterIncidentInput } from './schemas.ts';

/**
 * Puts an incident into the register: from a reader's report of protected information, from somebody's word, or from a
 * look into the access log. When and by whom it was discovered fixes the due times; the files and people concerned are
 * taken from the access log now. Errors: not_found `report_not_found`, `dataset_not_found`, conflict
 * `incident_registered`, invalid `discovered_later`, `assets_unknown`, `words_identify`.
 */
export async function registerIncident(
  ctx: OrgContext,
  input: RegisterIncidentInput,
): Promise<{ incidentId: string }> {
  assertNameless(input.account, 'account');
  const discovererRole = input.source === 'phi_seen' ? null : input.discovererRole;
  if (discovererRole !== null) assertNameless(discovererRole, 'discovererRole');
  return transact(ctx, async (tx) => {
    const report = input.source === 'phi_seen' ? await findReport(tx.db, input) : null;
    if (input.source === 'phi_seen' && report === null) throw reportUnknown();
    const discoveredAt = input.source === 'phi_seen' ? (report?.at ?? tx.now) : input.discoveredAt;
    if (discoveredAt > tx.now) throw inFuture();
    const datasetId = input.source === 'phi_seen' ? (report?.datasetId ?? '') : input.datasetId;
    const dataset = await findConcernedDataset(tx.db, datasetId);
    if (dataset === null) throw datasetUnknown();
    const assetIds = input.source === 'phi_seen' ? undefined : input.assetIds;
    const affected = await readAffected(tx.db, { datasetId, caseId: report?.caseId, assetIds });
    if (assetIds !== undefined && affected.assetCount !== new Set(assetIds).size) throw assetsUnknown();
    const isEuPersonal = isOfEea(dataset);
    const incidentId = newId();
    await insertIncident(tx.db, {
      id: incidentId,
      source: input.source,
      batchId: input.source === 'phi_seen' ? input.batchId : null,
      flagId: input.source === 'phi_seen' ? input.flagId : null,
      datasetId,
      sponsorOrgId: dataset.orgId,
      account: input.account,
      discoveredAt,
      discoveredBy: report?.personId ?? ctx.actor.personId,
      discovererRole,
      isAgent: input.isAgent,
      isEuPersonal,
      ...dueTimes(discoveredAt, isEuPersonal),
      affected,
      registeredBy: ctx.actor.personId,
      registeredAt: tx.now,
    });
    await tx.audit({
      action: 'incidents.registered',
      subject: { kind: 'incident', id: incidentId },
      detail: {
        source: input.source,
        datasetId,
        assets: affected.assetCount,
        people: affected.people.length,
        discoveredAt: discoveredAt.toISOString(),
      },
    });
    return { incidentId };
  }).catch((error: unknown) => {
    if (violates(error, 'incidents_flag_key')) throw registered(error);
    throw error;
  });
}

const refusal = (kind: 'not_found' | 'invalid', reason: string, message: string, path?: string) =>
  new AppError({
    kind,
    reason,
    message,
    details: path === undefined ? [] : [{ code: reason, path, message }],
  });

function reportUnknown(): AppError {
  return refusal('not_found', 'report_not_found', 'There is no such report of protected information.');
}

function datasetUnknown(): AppError {
  return refusal('not_found', 'dataset_not_found', 'There is no such data set.');
}

function inFuture(): AppError {
  return refusal(
    'invalid',
    'discovered_later',
    'It cannot have been discovered in the future.',
    'discoveredAt',
  );
}

function assetsUnknown(): AppError {
  return refusal('invalid', 'assets_unknown', 'Some of these files are not of this data set.', 'assetIds');
}

function registered(cause: unknown): AppError {
  return new AppError({
    kind: 'conflict',
    reason: 'incident_registered',
    message: 'This report is in the register already.',
    cause,
  });
}
