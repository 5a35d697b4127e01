import { z } from 'zod';
import type { OrgContext } from '#server/command/context.ts';
import { listOrgMembers, namesOfPeople } from '#server/identity/reads.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import { getProtocolVersion } from '#server/protocols/reads.ts';
import { aliasesOf, getBatch } from '#server/work/reads.ts';
import { type Finding, getRootCause, listFindings, type RootCause } from './governance-queries.ts';
import { suggestDiagnosis } from './governance-rules.ts';
import { effectOfAction, type RootCauseView, rootCauseEvidence } from './governance-schemas.ts';
import { answerText } from './measured-fields.ts';
import { type CaseOfRootCause, listCasesWithReads } from './root-cause-queries.ts';
import { optionsOf } from './schema-options.ts';
import { effectOf } from './work-root-cause.ts';

/** A root-cause case of the acting sponsor: evidence as it stood, cases side by side, findings, cause, action, effect. */
export async function viewRootCause(ctx: OrgContext, input: { rootCauseId: string }): Promise<RootCauseView> {
  const own = await getRootCause(ctx.db, input.rootCauseId);
  const project = await getProjectForOrg(ctx.db, ctx.actor.orgId, own.projectId);
  const batch = await getBatch(ctx.db, own.batchId);
  const evidence = rootCauseEvidence.parse(own.evidence);
  const [{ labelSchema }, aliases, findings, cases, members] = await Promise.all([
    getProtocolVersion(ctx.db, batch.protocolVersionId),
    aliasesOf(ctx.db, {
      batchId: batch.id,
      tier: 'label',
      annotatorIds: evidence.readers.map((one) => one.readerId),
    }),
    listFindings(ctx.db, own.id),
    listCasesWithReads(ctx.db, { batchId: batch.id, field: own.field, taskIds: evidence.taskIds }),
    listOrgMembers(ctx.db, project.orgId),
  ]);
  const field = labelSchema.fields.find((one) => one.key === own.field);
  const newest = new Map(findings.map((finding) => [finding.taskId, finding]));
  const names = await namesOfPeople(
    ctx.db,
    [own.openedBy, own.ownerId, own.closedBy, ...findings.map((one) => one.personId)].filter(
      (id) => id !== null,
    ),
  );
  const nameOf = (id: string | null) => names.get(id ?? '')?.name ?? 'Somebody';
  return {
    id: own.id,
    projectId: project.id,
    batchId: batch.id,
    batchName: batch.name,
    batchKind: batch.kind,
    field: own.field,
    fieldLabel: field?.label ?? own.field,
    options: optionsOf(field),
    status: own.status,
    openedAt: own.openedAt,
    renewedAt: own.renewedAt,
    isByCase: own.methodVersion !== '',
    openedBy: own.openedBy === null ? null : nameOf(own.openedBy),
    reference: evidence.reference,
    overall: evidence.overall,
    reliability: evidence.reliability,
    confusions: evidence.confusions,
    readers: evidence.readers.map(({ readerId, ...rest }) => ({
      alias: aliases.get(readerId) ?? 'Reader',
      ...rest,
    })),
    factors: evidence.factors,
    cases: cases.map((one) => caseOf(one, newest.get(one.taskId), nameOf)),
    suggestion: suggestDiagnosis([...newest.values()]),
    diagnosis: diagnosisOf(own),
    action:
      own.action === null || own.effectiveFrom === null
        ? null
        : {
            text: own.action,
            owner: nameOf(own.ownerId),
            dueOn: own.dueOn ?? '',
            from: own.effectiveFrom.toISOString().slice(0, 10),
          },
    effect: own.status === 'closed' ? effectOfAction.parse(own.effect) : await effectOf(ctx.db, own),
    closing:
      own.closedAt === null
        ? null
        : { note: own.closingNote ?? '', by: nameOf(own.closedBy), at: own.closedAt },
    people: members.map(({ personId, name }) => ({ personId, name })),
    mayDecide: ctx.actor.capabilities.has('quality.decide'),
  };
}

function diagnosisOf(own: RootCause): RootCauseView['diagnosis'] {
  const { disagreement, errorKind, route, diagnosis } = own;
  if (disagreement === null || errorKind === null || route === null) return null;
  return { disagreement, errorKind, route, text: diagnosis ?? '' };
}

const goldValues = z.array(z.unknown()).nullable();

function caseOf(
  one: CaseOfRootCause,
  finding: Finding | undefined,
  nameOf: (id: string | null) => string,
): RootCauseView['cases'][number] {
  return {
    taskId: one.taskId,
    externalId: one.externalId,
    status: one.status,
    final: answerText(one.final),
    gold: (goldValues.parse(one.gold) ?? []).map(answerText).filter((text) => text !== null),
    reads: one.reads.map((read) => ({ ...read, answer: answerText(read.answer) ?? '–' })),
    finding: finding
      ? {
          disagreement: finding.disagreement,
          errorKind: finding.errorKind,
          note: finding.note,
          by: nameOf(finding.personId),
          at: finding.at,
        }
      : null,
  };
}
