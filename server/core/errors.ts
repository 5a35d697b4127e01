/** The closed list of what can go wrong, independent of any transport. */
export type ErrorKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'precondition'
  | 'limit'
  | 'unavailable'
  | 'bug';

/** What would change a refusal: by whom, and where when it is the person's own to do. */
export type Change = { says: string; by: 'you' | 'other'; href?: string; link?: string };

/** One thing that stands in the way, for refusals that list everything that is missing. */
export type ErrorDetail = {
  /** Machine-readable name of the rule or field, e.g. `protocol.unsigned` or `rows.12.patient_key`. */
  code: string;
  /** What is wrong and what to do, in a sentence. */
  message: string;
  /** Path of the input field, when there is one. */
  path?: string;
  /** 1-based line of an uploaded file, when there is one. */
  line?: number;
  /** Where in the app it can be mended. */
  href?: string;
  /** What would change it, for whom it keeps from work. */
  change?: Change;
};

/**
 * The only error a command throws on purpose. `reason` is a literal each domain declares; `message` says
 * what is wrong and what to do, in words that are safe to show and to log (never PHI).
 */
export class AppError<Reason extends string = string> extends Error {
  readonly kind: ErrorKind;
  readonly reason: Reason;
  readonly details: readonly ErrorDetail[];

  constructor(input: {
    kind: ErrorKind;
    reason: Reason;
    message: string;
    details?: readonly ErrorDetail[];
    cause?: unknown;
  }) {
    super(input.message, input.cause === undefined ? undefined : { cause: input.cause });
    this.name = 'AppError';
    this.kind = input.kind;
    this.reason = input.reason;
    this.details = input.details ?? [];
  }
}

/** True when `error` is an AppError, optionally with this reason. */
export function isAppError(error: unknown, reason?: string): error is AppError {
  return error instanceof AppError && (reason === undefined || error.reason === reason);
}
