import { z } from 'zod';
import { CHANGE_CLASSES, edgeCase } from '#server/protocols/schemas.ts';

/* What the clinical lead and the incident desk decide on what readers say about cases (R24). */

const alertId = { batchId: z.uuid(), alertId: z.uuid() };
export const dismissAlertInput = z.object({
  ...alertId,
  note: z.string().trim().min(1, 'Say why the protocol stays as it is.').max(4000),
});
export const clarifyAlertInput = z.object({
  ...alertId,
  edgeCase,
  changeClass: z.enum(CHANGE_CLASSES),
});
export const clarifyFlagInput = z.object({
  batchId: z.uuid(),
  flagId: z.uuid(),
  edgeCase,
  changeClass: z.enum(CHANGE_CLASSES),
});
export const closeIncidentInput = z.object({
  batchId: z.uuid(),
  flagId: z.uuid(),
  outcome: z.enum(['false_alarm', 'confirmed']),
  note: z.string().trim().min(1, 'Say what was found, without the information itself.').max(4000),
});
