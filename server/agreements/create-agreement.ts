import { violates } from '#db/errors.ts';
import { type OrgContext, requireVerifiedOrg } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { storeFile } from '#server/files/store-file.ts';
import { findOrganisation, getPlatformOrg, type Organisation } from '#server/identity/reads.ts';
import { lintClauses } from './clauses.ts';
import { documentOf } from './document.ts';
import { assertOnlyInterim } from './interim.ts';
import { tellSignatories } from './notify.ts';
import { findNewestTemplate, insertAgreement, type TemplateRow } from './queries.ts';
import { renderAgreement } from './render-pdf.ts';
import { kindsFor, partiesOf } from './rules.ts';
import { type AgreementKind, type CreateAgreementInput, clauses, KIND_TITLES } from './schemas.ts';
import { findSignedDay } from './term-queries.ts';

/**
 * Makes an agreement between an organisation and the platform (R1) from the newest template, prints its PDF once,
 * stores exactly those bytes with their SHA-256 and sends it to both sides to sign. Called by an operator for any
 * organisation or by an organisation for itself.
 * Errors: `agreement_kind_unfit`, `agreement_dates`, `agreement_pending` (one of this kind already waits for
 * signatures), `organisation_unverified`, `organisation_not_found`, `template_unfit`.
 */
export async function createAgreement(
  ctx: OrgContext,
  input: CreateAgreementInput,
): Promise<{ id: string; documentSha256: string }> {
  const { actor } = requireVerifiedOrg(ctx);
  const platform = await getPlatformOrg(ctx.db);
  const mayAsk = actor.orgId === input.orgId || actor.capabilities.has('operator.agreements');
  const org = mayAsk ? await findOrganisation(ctx.db, input.orgId) : null;
  if (org === null) {
    throw new AppError({
      kind: 'not_found',
      reason: 'organisation_not_found',
      message: 'There is no such organisation.',
    });
  }
  assertFit(org, input.kind);
  const today = ctx.clock.now().toISOString().slice(0, 10);
  const parties = partiesOf({ orgId: org.id, orgKind: org.kind, platformOrgId: platform.id });
  const effectiveFrom = input.effectiveFrom ?? today;
  const signedDay = await findSignedDay(ctx.db, { kind: input.kind, ...parties });
  // Until what is signed for a later day begins, if there is such a one: the only end that it can have (`interim.ts`).
  const interimEnd = signedDay !== null && effectiveFrom < signedDay ? signedDay : null;
  const term = { effectiveFrom, effectiveUntil: input.effectiveUntil ?? interimEnd };
  assertDates(term, today);
  const template = await findFitTemplate(ctx, input.kind);
  const row = {
    id: newId(),
    kind: input.kind,
    templateId: template.id,
    ...parties,
    ...term,
    locations: [...new Set(input.locations ?? [])].sort(),
    status: 'sent' as const,
    createdAt: ctx.clock.now(),
    sentAt: ctx.clock.now(),
  };
  const [partyA, partyB] = parties.partyAOrgId === org.id ? [org, platform] : [platform, org];
  // Printed before the transaction opens: it takes a second, and nothing is lost if the insert is refused.
  const bytes = await renderAgreement(documentOf({ agreement: row, template, partyA, partyB }));
  try {
    return await transact(ctx, (tx) => keep(tx, { row, bytes, org, partyOrgs: [partyA, partyB] }));
  } catch (error) {
    if (violates(error, 'agreements_one_pending')) throw pending(input.kind, error);
    throw error;
  }
}

type NewRow = Parameters<typeof insertAgreement>[1] & {
  id: string;
  kind: AgreementKind;
  effectiveUntil: string | null;
};

async function keep(
  tx: CommandTx,
  at: { row: NewRow; bytes: Uint8Array; org: Organisation; partyOrgs: readonly Organisation[] },
): Promise<{ id: string; documentSha256: string }> {
  const file = await storeFile(tx, {
    bytes: at.bytes,
    mediaType: 'application/pdf',
    fileName: `${at.row.kind}-${at.row.id}.pdf`,
    orgId: at.org.id,
  });
  await assertOnlyInterim(tx, at.row);
  await insertAgreement(tx.db, { ...at.row, fileId: file.id, documentSha256: file.sha256 });
  await tx.audit({
    action: 'agreements.sent',
    subject: { kind: 'agreement', id: at.row.id },
    detail: { kind: at.row.kind, orgId: at.org.id, documentSha256: file.sha256 },
  });
  await tellSignatories(tx, at.partyOrgs, {
    agreementId: at.row.id,
    kind: 'agreement.to_sign',
    title: `${KIND_TITLES[at.row.kind]} is ready to sign`,
  });
  return { id: at.row.id, documentSha256: file.sha256 };
}

function assertFit(org: Organisation, kind: AgreementKind): void {
  if (org.status !== 'verified') {
    throw new AppError({
      kind: 'precondition',
      reason: 'organisation_unverified',
      message: 'Nothing can be signed with an organisation before an operator has verified it.',
    });
  }
  if (!kindsFor(org.kind).includes(kind)) {
    const fitting = kindsFor(org.kind)
      .map((one) => KIND_TITLES[one].toLowerCase())
      .join(', ');
    throw new AppError({
      kind: 'invalid',
      reason: 'agreement_kind_unfit',
      message: `The platform makes no ${KIND_TITLES[kind].toLowerCase()} with a ${org.kind} organisation. Choose one of: ${fitting}.`,
    });
  }
}

function assertDates(term: { effectiveFrom: string; effectiveUntil: string | null }, today: string): void {
  const isPast = term.effectiveFrom < today;
  const isEmpty = term.effectiveUntil !== null && term.effectiveUntil <= term.effectiveFrom;
  if (!isPast && !isEmpty) return;
  throw new AppError({
    kind: 'invalid',
    reason: 'agreement_dates',
    message: isPast
      ? 'An agreement cannot take effect before today.'
      : 'An agreement must end after the day on which it takes effect.',
    details: [
      {
        code: 'agreement.dates',
        path: isPast ? 'effectiveFrom' : 'effectiveUntil',
        message: isPast ? 'Lies in the past.' : 'Lies before the first day.',
      },
    ],
  });
}

async function findFitTemplate(ctx: OrgContext, kind: AgreementKind): Promise<TemplateRow> {
  const template = await findNewestTemplate(ctx.db, kind);
  const problems = template === null ? [] : lintClauses(kind, clauses.parse(template.clauses));
  if (template !== null && problems.length === 0) return template;
  throw new AppError({
    kind: 'precondition',
    reason: 'template_unfit',
    message:
      template === null
        ? 'There is no text for this kind of agreement yet. An operator adds one.'
        : 'The text of this agreement lacks required clauses. An operator corrects it.',
    details: problems,
  });
}

function pending(kind: AgreementKind, cause: unknown): AppError {
  return new AppError({
    kind: 'conflict',
    reason: 'agreement_pending',
    message: `A ${KIND_TITLES[kind].toLowerCase()} already waits for signatures. Sign that one, or decline it first.`,
    cause,
  });
}
