import { type RosterParameters, rosterParameters } from './roster-schemas.ts';

/** Parameters as JSON: amounts as text, exactly. */
export function storeParameters(parameters: RosterParameters): Record<string, unknown> {
  const { budgetMinor, pricePerReadMinor, ...rest } = parameters;
  return {
    ...rest,
    budgetMinor: budgetMinor?.toString() ?? null,
    pricePerReadMinor: pricePerReadMinor.toString(),
  };
}

/** Parameters read back; a row that does not parse is a bug of ours. */
export function readParameters(stored: unknown): RosterParameters {
  const raw = stored as { budgetMinor?: unknown; pricePerReadMinor?: unknown };
  return rosterParameters.parse({
    ...raw,
    budgetMinor: typeof raw.budgetMinor === 'string' ? BigInt(raw.budgetMinor) : null,
    pricePerReadMinor: BigInt(String(raw.pricePerReadMinor)),
  });
}
