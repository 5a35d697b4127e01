import { desc, inArray, sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import { npiChecks, registerSpecialties } from '#db/schema/registers.ts';
import type { CommandContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import {
  findNpiHolder,
  listNpiHolders,
  type NumberedClaim,
  numberedClaims,
} from '#server/credentials/reads.ts';
import { env } from '#server/env.ts';
import { findCurrent } from './import-queries.ts';
import { compareNpi, type NpiVerdict, withoutRegister } from './npi-rules.ts';
import { apiLookup } from './nppes-api.ts';
import { stateNamed } from './places.ts';
import { importedLookup, type LookupSource, type Provider, type ProviderLookup } from './provider-lookup.ts';
import { type NpiCheckView, npiElement } from './schemas.ts';
import { comparedPeopleById } from './screened-people.ts';
import { subjectOf } from './screening-rules.ts';

const LICENCES = ['medical_licence', 'nursing_licence'];
const PAGE = 200;

/** NPPES as this installation asks it: the imported file, or the API where READROOM_NPPES says so. */
export function lookupOf(ctx: CommandContext): ProviderLookup {
  const { READROOM_NPPES, READROOM_NPPES_URL } = env();
  if (READROOM_NPPES === 'imported') return importedLookup(ctx.db);
  return apiLookup({ url: READROOM_NPPES_URL, now: () => ctx.clock.now() });
}

/**
 * Compares every NPI a person claims with NPPES and keeps the result as evidence for the desk: agree, near, differ or
 * unknown per element, with source and day. Nothing is decided and no credential moves. A result that is the same as the
 * last one from the same file is not kept twice. Returns how many were kept. Error: `nppes_unavailable` (API only).
 */
export async function checkNpisOfPerson(
  ctx: CommandContext,
  input: { personId: string },
  lookup: ProviderLookup = lookupOf(ctx),
): Promise<number> {
  const claims = (await numberedClaims(ctx.db, [input.personId])).get(input.personId) ?? [];
  const person = (await comparedPeopleById(ctx.db, [input.personId])).get(input.personId);
  if (person === undefined) return 0;
  const subject = subjectOf(person);
  let kept = 0;
  for (const claim of claims.filter((one) => one.kind === 'npi' && one.identifier !== null)) {
    // Asked before the transaction: the API may take seconds.
    const found = await lookup.find(claim.identifier ?? '');
    const result =
      found === 'no_register'
        ? withoutRegister()
        : await compare(ctx.db, claim, claims, subject, found.provider);
    const source = found === 'no_register' ? { name: 'none', asOf: null, sha256: null } : found.source;
    if (await keep(ctx, { personId: input.personId, credentialId: claim.credentialId, result, source }))
      kept += 1;
  }
  return kept;
}

/** Everybody's, after a new file; in the order of person ids. Returns how many results are new. */
export async function checkAllNpis(ctx: CommandContext): Promise<number> {
  let kept = 0;
  for (let after: string | null = null; ; ) {
    const personIds: string[] = await listNpiHolders(ctx.db, { after, limit: PAGE });
    for (const personId of personIds) kept += await checkNpisOfPerson(ctx, { personId });
    after = personIds.at(-1) ?? null;
    if (personIds.length < PAGE) return kept;
  }
}

/** The desk asks again. Error: `credential_not_found`, for anything that is not a claimed NPI. */
export async function checkNpiAgain(ctx: CommandContext, input: { credentialId: string }): Promise<void> {
  const personId = await findNpiHolder(ctx.db, input.credentialId);
  if (personId === null) {
    throw new AppError({
      kind: 'not_found',
      reason: 'credential_not_found',
      message: 'There is no such NPI claim.',
    });
  }
  await checkNpisOfPerson(ctx, { personId });
}

async function compare(
  q: Queryable,
  claim: NumberedClaim,
  claims: readonly NumberedClaim[],
  subject: ReturnType<typeof subjectOf>,
  provider: Provider | null,
): Promise<NpiVerdict> {
  const codes = provider?.taxonomies.map((one) => one.code) ?? [];
  const names = await specialtyNames(q, codes);
  return compareNpi(
    {
      npi: claim.identifier ?? '',
      subject,
      specialties: claims.flatMap((one) => one.specialty ?? []),
      taxonomyCodes: claims.flatMap((one) => one.taxonomyCode ?? []),
      licences: claims.flatMap((one) =>
        LICENCES.includes(one.kind) && one.identifier !== null
          ? [{ number: one.identifier, state: one.region ?? stateNamed(`${one.issuer} ${one.title}`) }]
          : [],
      ),
    },
    provider,
    (code) => names.get(code) ?? null,
  );
}

/** What NUCC calls these codes; unknown ones are left out. */
async function specialtyNames(q: Queryable, codes: readonly string[]): Promise<Map<string, string>> {
  const current = codes.length === 0 ? null : await findCurrent(q, 'nucc');
  if (current === null) return new Map();
  const rows = await q
    .select({ code: registerSpecialties.code, name: registerSpecialties.displayName })
    .from(registerSpecialties)
    .where(
      sql`${registerSpecialties.importId} = ${current.id} and ${inArray(registerSpecialties.code, [...codes])}`,
    );
  return new Map(rows.map((row) => [row.code, row.name]));
}

async function keep(
  ctx: CommandContext,
  input: { personId: string; credentialId: string; result: NpiVerdict; source: LookupSource },
): Promise<boolean> {
  const last = (await lastNpiChecks(ctx.db, [input.credentialId])).get(input.credentialId);
  const { result, source } = input;
  const isSame =
    last !== undefined &&
    last.source === source.name &&
    last.sourceAsOf === source.asOf &&
    JSON.stringify(last.elements) === JSON.stringify(result.elements);
  if (isSame) return false;
  await transact(ctx, async (tx) => {
    const id = newId();
    await tx.db.insert(npiChecks).values({
      id,
      credentialId: input.credentialId,
      personId: input.personId,
      outcome: result.outcome,
      elements: result.elements,
      source: source.name,
      sourceAsOf: source.asOf,
      sourceSha256: source.sha256,
      checkedAt: tx.now,
    });
    await tx.audit({
      action: 'registers.npi_checked',
      subject: { kind: 'credential', id: input.credentialId },
      detail: { checkId: id, outcome: result.outcome, source: source.name, asOf: source.asOf },
    });
  });
  return true;
}

/** The last check of each credential that has one. */
export async function lastNpiChecks(
  q: Queryable,
  credentialIds: readonly string[],
): Promise<Map<string, NpiCheckView>> {
  if (credentialIds.length === 0) return new Map();
  const rows = await q
    .selectDistinctOn([npiChecks.credentialId])
    .from(npiChecks)
    .where(inArray(npiChecks.credentialId, [...credentialIds]))
    .orderBy(npiChecks.credentialId, desc(npiChecks.checkedAt), desc(npiChecks.id));
  return new Map(
    rows.map((row) => [
      row.credentialId,
      {
        credentialId: row.credentialId,
        outcome: row.outcome,
        elements: npiElement.array().parse(row.elements),
        source: row.source,
        sourceAsOf: row.sourceAsOf,
        checkedAt: row.checkedAt,
      },
    ]),
  );
}
