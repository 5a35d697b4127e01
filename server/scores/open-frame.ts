import type { OrgContext } from '#server/command/context.ts';
import { AppError } from '#server/core/errors.ts';
import { refuseWithheld } from '#server/pilots/reads.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import type { Project } from '#server/projects/schemas.ts';
import { getProtocolVersion } from '#server/protocols/reads.ts';
import type { LabelField } from '#server/protocols/schemas.ts';
import { type Batch, getBatch, listReaders, type Reader } from '#server/work/reads.ts';
import { countPlan } from './load-counted.ts';
import type { MeasuredField } from './rules.ts';
import { findMark } from './running-reads.ts';
import { optionsOf } from './schema-options.ts';
import type { ContinuousView } from './view-schemas.ts';

/** What every page on a batch's running scores begins with. */
export type Frame = {
  batch: Batch;
  project: Project;
  readers: Reader[];
  field: LabelField;
  measured: MeasuredField;
  shown: Pick<ContinuousView, 'batch' | 'fields' | 'field' | 'asOf'>;
};

/**
 * A batch of the acting sponsor and one of its measured fields. Throws `not_found` for another's, `pilot_withheld` while a
 * pilot of its call is read (R15), `panel_reading` while its panel reads (R7), `nothing_measured` when the protocol has free text only.
 */
export async function openFrame(
  ctx: OrgContext,
  input: { batchId: string; field?: string | undefined },
): Promise<Frame> {
  const batch = await getBatch(ctx.db, input.batchId);
  const project = await getProjectForOrg(ctx.db, ctx.actor.orgId, batch.projectId);
  await refuseWithheld(ctx.db, { batchId: batch.id, now: ctx.clock.now() });
  const [{ labelSchema }, readers, mark] = await Promise.all([
    getProtocolVersion(ctx.db, batch.protocolVersionId),
    listReaders(ctx.db, batch.id, 'label'),
    findMark(ctx.db, batch.id),
  ]);
  const fields = labelSchema.fields.filter((one) => one.type !== 'text');
  const field = fields.find((one) => one.key === input.field) ?? fields[0];
  const plan = countPlan(batch.id, labelSchema, project);
  const measured = plan.fields.find((one) => one.key === field?.key);
  if (!field || !measured) {
    throw new AppError({
      kind: 'precondition',
      reason: 'nothing_measured',
      message: 'This protocol asks for free text only; there is nothing to measure.',
    });
  }
  return {
    batch,
    project,
    readers,
    field,
    measured,
    shown: {
      batch: {
        id: batch.id,
        name: batch.name,
        kind: batch.kind,
        status: batch.status,
        assisted: batch.assisted,
      },
      fields: fields.map(({ key, label }) => ({ key, label })),
      field: { key: field.key, label: field.label, options: optionsOf(field) },
      asOf: mark?.advancedAt ?? null,
    },
  };
}
