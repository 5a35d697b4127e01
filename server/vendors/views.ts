import { z } from 'zod';
import type { OrgContext } from '#server/command/context.ts';
import { AppError } from '#server/core/errors.ts';
import { teamComposition } from '#server/credentials/team-composition.ts';
import { findOrganisation, namesOfPeople, organisationsById } from '#server/identity/reads.ts';
import { countryName } from '#server/identity/rules.ts';
import { criterionResult } from '#server/pilots/schemas.ts';
import {
  hasBidWith,
  listDecidedCards,
  listOwnEvidence,
  listProfiles,
  listReferences,
  listSamples,
  listShownEvidence,
  listWaitingEvidence,
  type ScorecardRow,
} from './queries.ts';
import { evidenceLines } from './reads.ts';
import { sampleFindings } from './schemas.ts';
import type { VendorPage } from './view-schemas.ts';

/** The acting vendor's own page, with what is refused, withdrawn or not shown. */
export async function ownProfile(ctx: OrgContext): Promise<VendorPage> {
  return pageOf(ctx, ctx.actor.orgId, true);
}

/**
 * A vendor's page for a sponsor with a live bid of that vendor; `vendor_not_found` otherwise. Refused and withdrawn documents,
 * and scorecards the vendor does not show (R16), are not among it.
 */
export async function profileForSponsor(
  ctx: OrgContext,
  input: { vendorOrgId: string },
): Promise<VendorPage> {
  const isBidder = await hasBidWith(ctx.db, {
    vendorOrgId: input.vendorOrgId,
    sponsorOrgId: ctx.actor.orgId,
    now: ctx.clock.now(),
  });
  if (!isBidder) throw notFound();
  return pageOf(ctx, input.vendorOrgId, false);
}

async function pageOf(ctx: OrgContext, orgId: string, isOwn: boolean): Promise<VendorPage> {
  const { db } = ctx;
  const now = ctx.clock.now();
  const vendor = await findOrganisation(db, orgId);
  if (vendor?.kind !== 'vendor') throw notFound();
  const [rows, [profile], references, samples, team, cards] = await Promise.all([
    isOwn ? listOwnEvidence(db, orgId) : listShownEvidence(db, [orgId]),
    listProfiles(db, [orgId]),
    listReferences(db, [orgId]),
    listSamples(db, orgId),
    teamComposition(db, { orgIds: [orgId], now }),
    listDecidedCards(db, { orgIds: [orgId], onlyShown: !isOwn }),
  ]);
  const lines = await evidenceLines(db, rows, now);
  const names = await namesOfPeople(
    db,
    samples.map((one) => one.attestedBy),
  );
  return {
    vendor: { id: vendor.id, legalName: vendor.legalName, country: vendor.country },
    profile: profile
      ? {
          about: profile.about,
          regions: profile.regions.map((code) => ({ code, name: countryName(code) ?? code })),
          focus: profile.focus,
          updatedAt: profile.updatedAt,
        }
      : null,
    team: team.get(orgId) ?? { readers: 0, titles: [] },
    evidence: rows.flatMap((row, at) => {
      const line = lines[at];
      // What an operator wrote is for the vendor.
      return line ? [{ ...line, status: row.status, reviewNote: isOwn ? row.reviewNote : null }] : [];
    }),
    references: references.map(({ id, client, work, yearFrom, yearTo }) => ({
      referenceId: id,
      client,
      work,
      yearFrom,
      yearTo,
    })),
    samples: samples.map((one) => ({
      sampleId: one.id,
      kind: one.kind,
      title: one.title,
      body: one.body,
      hasFile: one.fileId !== null,
      attestedBy: names.get(one.attestedBy)?.name ?? 'Former member',
      createdAt: one.createdAt,
      findings: sampleFindings.parse(one.findings),
      findingsAnswer: one.findingsAnswer,
    })),
    scorecards: cards.map(cardOf),
  };
}

const storedCriteria = z.object({
  criteria: z.array(criterionResult.partial({ itemsInAll: true, unit: true })),
});

function cardOf(row: ScorecardRow): VendorPage['scorecards'][number] {
  const stored = storedCriteria.safeParse(row.results);
  return {
    pilotId: row.pilotId,
    decidedAt: new Date(row.decidedAt),
    verdict: row.verdict,
    modality: row.modality,
    anatomy: row.anatomy,
    isShown: row.isShown,
    criteria: (stored.data?.criteria ?? []).map(({ label, unit, verdict, measurement }) => ({
      label,
      unit: unit ?? '',
      verdict,
      value: measurement.value,
      interval: measurement.ci,
      n: measurement.n,
    })),
  };
}

/** The operator's work-list of documents, oldest first. */
export async function evidenceToReview(ctx: OrgContext) {
  const { waiting, rows } = await listWaitingEvidence(ctx.db, 50);
  const lines = await evidenceLines(ctx.db, rows, ctx.clock.now());
  const names = await organisationsById(
    ctx.db,
    rows.map((row) => row.orgId),
  );
  return {
    waiting,
    items: rows.flatMap((row, at) => {
      const line = lines[at];
      return line
        ? [{ ...line, vendor: names.get(row.orgId)?.legalName ?? 'Vendor', uploadedAt: row.uploadedAt }]
        : [];
    }),
  };
}

const notFound = () =>
  new AppError({
    kind: 'not_found',
    reason: 'vendor_not_found',
    message: 'There is no such vendor among your bidders.',
  });
