import type { ErrorDetail } from '#server/core/errors.ts';

/** What a failed call means for what it carried. */
export type CallFailure = {
  /** `offline`: it never arrived. `later`: the server could not just now. `signed_out`: ask for the password. */
  kind: 'offline' | 'later' | 'signed_out' | 'refused';
  reason: string;
  message: string;
  details: readonly ErrorDetail[];
  reference: string | null;
};

type WireError = {
  message?: string;
  data?: { code?: string; reason?: string; details?: ErrorDetail[]; requestId?: string };
};

const LATER = new Set(['SERVICE_UNAVAILABLE', 'TOO_MANY_REQUESTS', 'INTERNAL_SERVER_ERROR', 'TIMEOUT']);

/** Sorts a failed call by what can be done about it. */
export function failureOf(error: unknown): CallFailure {
  const { message = '', data } = error as WireError;
  const code = data?.code;
  return {
    kind:
      code === undefined
        ? 'offline'
        : code === 'UNAUTHORIZED'
          ? 'signed_out'
          : LATER.has(code)
            ? 'later'
            : 'refused',
    reason: data?.reason ?? 'unreachable',
    message: code === undefined ? 'Readroom could not be reached.' : message,
    details: data?.details ?? [],
    reference: data?.requestId ?? null,
  };
}
