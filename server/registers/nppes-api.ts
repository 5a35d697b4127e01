import { z } from 'zod';
import { AppError } from '#server/core/errors.ts';
import type { Provider, ProviderLookup } from './provider-lookup.ts';

const TIMEOUT_MS = 10_000;
const API_VERSION = '2.1';

const text = z
  .string()
  .optional()
  .nullable()
  .transform((value) => {
    const plain = (value ?? '').trim();
    // "--" is how the API writes an empty prefix or suffix.
    return plain === '' || plain === '--' ? null : plain;
  });

const result = z.object({
  number: z.union([z.string(), z.number()]).transform(String),
  enumeration_type: z.string().optional(),
  basic: z
    .object({
      first_name: text,
      last_name: text,
      middle_name: text,
      organization_name: text,
      status: text,
      deactivation_date: text,
      reactivation_date: text,
    })
    .partial(),
  addresses: z.array(z.object({ address_purpose: text, state: text }).partial()).default([]),
  taxonomies: z
    .array(
      z
        .object({ code: z.string(), license: text, state: text, primary: z.boolean().optional() })
        .partial({ license: true, state: true }),
    )
    .default([]),
  other_names: z.array(z.object({ first_name: text, last_name: text }).partial()).default([]),
});

const answer = z.object({
  result_count: z.number().optional(),
  results: z.array(result).optional(),
  // Errors come with status 200.
  Errors: z
    .array(
      z
        .object({ description: z.string(), number: z.union([z.string(), z.number()]).optional() })
        .partial({ description: true }),
    )
    .optional(),
});

/**
 * NPPES over its public API (facts B1). Errors: `nppes_unavailable` when it does not answer within ten seconds, answers in
 * another shape or with its own `Errors`.
 */
export function apiLookup(options: { url: string; now: () => Date; timeoutMs?: number }): ProviderLookup {
  return {
    find: async (npi) => {
      const url = new URL(options.url);
      url.searchParams.set('version', API_VERSION);
      url.searchParams.set('number', npi);
      const body = await ask(url, options.timeoutMs ?? TIMEOUT_MS);
      const found = body.results?.find((one) => one.number === npi);
      return {
        provider: found === undefined ? null : providerOf(found),
        source: { name: 'NPPES API', asOf: options.now().toISOString().slice(0, 10), sha256: null },
      };
    },
  };
}

async function ask(url: URL, timeoutMs: number): Promise<z.infer<typeof answer>> {
  let json: unknown;
  try {
    const response = await fetch(url, {
      signal: AbortSignal.timeout(timeoutMs),
      headers: { accept: 'application/json' },
    });
    if (!response.ok) throw new Error(`status ${response.status}`);
    json = await response.json();
  } catch (cause) {
    throw unavailable('The NPI registry does not answer.', cause);
  }
  const parsed = answer.safeParse(json);
  if (!parsed.success)
    throw unavailable('The NPI registry answers in a shape that is not known.', parsed.error);
  const [error] = parsed.data.Errors ?? [];
  if (error !== undefined)
    throw unavailable('The NPI registry refuses the question.', new Error(String(error.number ?? '')));
  return parsed.data;
}

function unavailable(message: string, cause: unknown): AppError {
  return new AppError({
    kind: 'unavailable',
    reason: 'nppes_unavailable',
    message: `${message} It is tried again.`,
    cause,
  });
}

function providerOf(found: z.infer<typeof result>): Provider {
  const { basic } = found;
  const location = found.addresses.find((one) => one.address_purpose === 'LOCATION') ?? found.addresses[0];
  const [other] = found.other_names;
  // Active ones have the status A; the API gives a deactivated one a date, or another status.
  const isActive = (basic.status ?? 'A') === 'A';
  return {
    npi: found.number,
    entityType: found.enumeration_type === 'NPI-2' ? '2' : '1',
    replacementNpi: null,
    lastName: basic.last_name ?? null,
    firstName: basic.first_name ?? null,
    middleName: basic.middle_name ?? null,
    otherLastName: other?.last_name ?? null,
    otherFirstName: other?.first_name ?? null,
    organisationName: basic.organization_name ?? null,
    state: location?.state ?? null,
    deactivatedOn: basic.deactivation_date ?? (isActive ? null : 'a day not given'),
    reactivatedOn: basic.reactivation_date ?? null,
    taxonomies: found.taxonomies.map((one) => ({
      code: one.code,
      ...(one.license ? { licence: one.license } : {}),
      ...(one.state ? { state: one.state } : {}),
      ...(one.primary ? { primary: true } : {}),
    })),
  };
}
