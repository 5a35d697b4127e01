import { z } from 'zod';
import { ApiError, invalidParam } from './api-error.ts';
import type { Params } from './request.ts';

const wrong = { error: 'integer' };
/** A whole number sent as a text (v1) or a number (v2). */
export const integerParam = z
  .union([z.string().regex(/^-?\d{1,15}$/, wrong), z.number().int(wrong)], wrong)
  .transform(Number);

/** A positive amount in Stripe's smallest unit, at most `max`. */
export function amountParam(max: number) {
  return integerParam.pipe(
    z.number().min(1, { error: 'amount_too_small' }).max(max, { error: 'amount_too_large' }),
  );
}

/** The largest amount of a charge: eight digits. */
export const MAX_CHARGE = 99_999_999;
/** The largest amount of a movement between balances; the sandbox keeps exact whole numbers. */
export const MAX_MOVEMENT = 999_999_999_999;

/** A lower-case currency of three letters; `ugx` is refused because its published exponents contradict. */
export const currencyParam = z
  .string()
  .regex(/^[a-zA-Z]{3}$/)
  .transform((text) => text.toLowerCase())
  .refine((text) => text !== 'ugx', { error: 'currency' });

/** Up to 50 keys of 40 characters with values of 500, as Stripe allows. */
export const metadataParam = z
  .record(z.string().max(40), z.string().max(500))
  .refine((data) => Object.keys(data).length <= 50);

export const booleanParam = z
  .union([z.enum(['true', 'false']), z.boolean()])
  .transform((value) => String(value) === 'true');

export const expandParam = z.array(z.string().max(200)).max(20);

/** Parameters every v1 list takes. */
export const pageParams = {
  limit: integerParam.pipe(z.number().min(1).max(100)).default(10),
  starting_after: z.string().optional(),
  ending_before: z.string().optional(),
  created: z
    .union([
      integerParam.transform((at) => ({ gte: at, lte: at })),
      z.strictObject({
        gt: integerParam.optional(),
        gte: integerParam.optional(),
        lt: integerParam.optional(),
        lte: integerParam.optional(),
      }),
    ])
    .optional(),
  expand: expandParam.optional(),
};

/** Checks parameters as Stripe does: unknown, missing and malformed ones are refused by name. */
export function parseParams<S extends z.ZodType>(schema: S, params: Params): z.output<S> {
  const result = schema.safeParse(params);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  if (issue?.code === 'unrecognized_keys') {
    const name = nameOf([...issue.path, issue.keys[0] ?? '']);
    throw invalidParam('parameter_unknown', name, `Received unknown parameter: ${name}`);
  }
  const param = nameOf(issue?.path ?? []);
  if (valueAt(params, issue?.path ?? []) === undefined) {
    throw invalidParam('parameter_missing', param, `Missing required param: ${param}.`);
  }
  if (issue?.message === 'integer') {
    throw invalidParam('parameter_invalid_integer', param, `Invalid integer: ${param}`);
  }
  if (issue?.message === 'amount_too_small' || issue?.message === 'amount_too_large') {
    throw invalidParam(
      issue.message,
      param,
      `Amount is ${issue.message === 'amount_too_small' ? 'below the minimum' : 'above the maximum'}: ${param}`,
    );
  }
  if (issue?.message === 'currency')
    throw invalidParam('invalid_currency', param, `Invalid currency: ${param}`);
  throw invalidParam('parameter_invalid_string', param, `Invalid value for ${param}.`);
}

/** The same for v2, whose errors carry `invalid_fields` as code. */
export function parseFields<S extends z.ZodType>(schema: S, params: Params): z.output<S> {
  try {
    return parseParams(schema, params);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    throw new ApiError(400, { ...error.body, code: 'invalid_fields' });
  }
}

function nameOf(path: readonly PropertyKey[]): string {
  return path.map((part, index) => (index === 0 ? String(part) : `[${String(part)}]`)).join('');
}

function valueAt(params: Params, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, part) =>
      typeof at === 'object' && at !== null ? (at as Record<PropertyKey, unknown>)[part] : undefined,
    params,
  );
}
