import { z } from 'zod';

/* The gate's rules as their operator sees and changes them (R18). */

const line = (most: number) => z.string().trim().min(1, 'This is missing.').max(most);

export const gateRuleView = z.object({
  id: z.uuid(),
  dataClass: z.string(),
  appliesTo: z.enum(['hop', 'person', 'dataset']),
  requirement: z.string(),
  basis: z.string(),
  validFrom: z.string(),
  validUntil: z.string().nullable(),
  isInForce: z.boolean(),
});
export type GateRuleView = z.infer<typeof gateRuleView>;

const ruleReason = z.string().trim().min(10, 'Say why in a sentence; it is kept with the change.').max(500);
export const endGateRuleInput = z.object({ requirementId: z.uuid(), reason: ruleReason });
export const startGateRuleInput = z.object({
  dataClass: line(60),
  requirement: line(100),
  reason: ruleReason,
});
export const startedGateRule = z.object({ requirementId: z.uuid() });
