import { and, eq, isNull } from 'drizzle-orm';
import { vendorProfiles, vendorReferences, vendorSamples } from '#db/schema/vendors.ts';
import type { OrgContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { countryName } from '#server/identity/rules.ts';
import { hasDecidedCard, setShown } from './queries.ts';
import type { AddReferenceInput, SaveProfileInput } from './schemas.ts';

/** Saves what the acting vendor tells of itself. Refused with `region_unknown` for what is no country. */
export async function saveProfile(ctx: OrgContext, input: SaveProfileInput): Promise<void> {
  const unknown = input.regions.filter((code) => countryName(code) === null);
  if (unknown.length > 0)
    throw new AppError({
      kind: 'invalid',
      reason: 'region_unknown',
      message: `${unknown.join(', ')}: no country has these letters.`,
      details: [{ code: 'region_unknown', path: 'regions', message: `No country: ${unknown.join(', ')}.` }],
    });
  await transact(ctx, async (tx) => {
    const row = {
      about: input.about,
      regions: [...new Set(input.regions)].sort(),
      focus: [...new Set(input.focus)],
      updatedBy: ctx.actor.personId,
      updatedAt: tx.now,
    };
    await tx.db
      .insert(vendorProfiles)
      .values({ orgId: ctx.actor.orgId, ...row })
      .onConflictDoUpdate({ target: vendorProfiles.orgId, set: row });
    await tx.audit({
      action: 'vendors.profile_saved',
      subject: { kind: 'organisation', id: ctx.actor.orgId },
    });
  });
}

/** Names a client as a reference, with its leave. */
export async function addReference(
  ctx: OrgContext,
  input: AddReferenceInput,
): Promise<{ referenceId: string }> {
  if (input.yearTo !== null && input.yearTo < input.yearFrom)
    throw new AppError({
      kind: 'invalid',
      reason: 'years_reversed',
      message: 'The work cannot end before it began.',
      details: [{ code: 'years_reversed', path: 'yearTo', message: 'Earlier than the first year.' }],
    });
  return transact(ctx, async (tx) => {
    const referenceId = newId();
    const { client, work, yearFrom, yearTo } = input;
    await tx.db.insert(vendorReferences).values({
      id: referenceId,
      orgId: ctx.actor.orgId,
      client,
      work,
      yearFrom,
      yearTo,
      attestedBy: ctx.actor.personId,
      createdAt: tx.now,
    });
    await tx.audit({
      action: 'vendors.reference_added',
      subject: { kind: 'vendor_reference', id: referenceId },
    });
    return { referenceId };
  });
}

/** Takes a reference back; it is shown to nobody any more. */
export async function withdrawReference(ctx: OrgContext, input: { referenceId: string }): Promise<void> {
  await withdraw(ctx, vendorReferences, input.referenceId, 'reference');
}

/** Takes a sample back; it is shown to nobody any more. */
export async function withdrawSample(ctx: OrgContext, input: { sampleId: string }): Promise<void> {
  await withdraw(ctx, vendorSamples, input.sampleId, 'sample');
}

async function withdraw(
  ctx: OrgContext,
  table: typeof vendorReferences | typeof vendorSamples,
  id: string,
  what: 'reference' | 'sample',
): Promise<void> {
  await transact(ctx, async (tx) => {
    const rows = await tx.db
      .update(table)
      .set({ withdrawnAt: tx.now })
      .where(and(eq(table.id, id), eq(table.orgId, ctx.actor.orgId), isNull(table.withdrawnAt)))
      .returning({ id: table.id });
    if (rows.length === 0)
      throw new AppError({
        kind: 'not_found',
        reason: `${what}_not_found`,
        message: `Your organisation shows no such ${what}.`,
      });
    await tx.audit({ action: `vendors.${what}_withdrawn`, subject: { kind: `vendor_${what}`, id } });
  });
}

/**
 * Shows the card of a decided pilot to other sponsors, or hides it again (R16). Only the vendor's own pilots; sponsor,
 * project and people are never among what is shown.
 */
export async function showScorecard(
  ctx: OrgContext,
  input: { pilotId: string; isShown: boolean },
): Promise<void> {
  await transact(ctx, async (tx) => {
    if (!(await hasDecidedCard(tx.db, { orgId: ctx.actor.orgId, pilotId: input.pilotId })))
      throw new AppError({
        kind: 'not_found',
        reason: 'pilot_not_found',
        message: 'Your organisation has no such decided pilot.',
      });
    await setShown(tx.db, {
      id: newId(),
      orgId: ctx.actor.orgId,
      pilotId: input.pilotId,
      personId: ctx.actor.personId,
      now: tx.now,
      isShown: input.isShown,
    });
    await tx.audit({
      action: input.isShown ? 'vendors.scorecard_shown' : 'vendors.scorecard_hidden',
      subject: { kind: 'pilot', id: input.pilotId },
    });
  });
}
