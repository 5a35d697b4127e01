import { z } from 'zod';
import { EVIDENCE_KINDS, EVIDENCE_STATUSES, sampleFindings } from './schemas.ts';

export const evidenceLine = z.object({
  id: z.uuid(),
  kind: z.enum(EVIDENCE_KINDS),
  title: z.string(),
  standing: z.enum(['in_date', 'ends_soon', 'not_reviewed', 'expired']),
  issuer: z.string(),
  scope: z.string(),
  periodFrom: z.string(),
  periodTo: z.string(),
  expiresOn: z.string(),
  gaps: z.string(),
  reviewer: z.string().nullable(),
  reviewedAt: z.date().nullable(),
  isOpen: z.boolean(),
});

const ownEvidence = evidenceLine.extend({
  status: z.enum(EVIDENCE_STATUSES),
  reviewNote: z.string().nullable(),
});

const card = z.object({
  pilotId: z.uuid(),
  decidedAt: z.date(),
  verdict: z.enum(['pass', 'inconclusive', 'fail']),
  modality: z.string(),
  anatomy: z.string(),
  isShown: z.boolean(),
  /** Each criterion with value, interval and n; no sponsor, project or person. */
  criteria: z.array(
    z.object({
      label: z.string(),
      /** Empty for a share; else what it is counted in. */
      unit: z.string(),
      verdict: z.enum(['pass', 'inconclusive', 'fail']),
      value: z.number().nullable(),
      interval: z.tuple([z.number(), z.number()]).nullable(),
      n: z.number(),
    }),
  ),
});

export const vendorPage = z.object({
  vendor: z.object({ id: z.uuid(), legalName: z.string(), country: z.string() }),
  profile: z
    .object({
      about: z.string(),
      regions: z.array(z.object({ code: z.string(), name: z.string() })),
      focus: z.array(z.string()),
      updatedAt: z.date(),
    })
    .nullable(),
  team: z.object({
    readers: z.number().int(),
    titles: z.array(
      z.object({
        title: z.string(),
        specialty: z.string().nullable(),
        primarySource: z.number().int(),
        vendorAttested: z.number().int(),
      }),
    ),
  }),
  evidence: z.array(ownEvidence),
  references: z.array(
    z.object({
      referenceId: z.uuid(),
      client: z.string(),
      work: z.string(),
      yearFrom: z.number().int(),
      yearTo: z.number().int().nullable(),
    }),
  ),
  samples: z.array(
    z.object({
      sampleId: z.uuid(),
      kind: z.enum(['sample_output', 'case_study']),
      title: z.string(),
      body: z.string(),
      hasFile: z.boolean(),
      attestedBy: z.string(),
      createdAt: z.date(),
      findings: sampleFindings,
      findingsAnswer: z.string().nullable(),
    }),
  ),
  scorecards: z.array(card),
});
export type VendorPage = z.infer<typeof vendorPage>;

export const evidenceDesk = z.object({
  waiting: z.number().int(),
  items: z.array(evidenceLine.extend({ vendor: z.string(), uploadedAt: z.date() })),
});

export const evidenceMoved = z.object({ status: z.enum(EVIDENCE_STATUSES) });
export const referenceMade = z.object({ referenceId: z.uuid() });
