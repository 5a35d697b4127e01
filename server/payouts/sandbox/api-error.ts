/** The fields of Stripe's error object that the sandbox fills. */
export type ErrorBody = {
  type: 'api_error' | 'card_error' | 'idempotency_error' | 'invalid_request_error' | 'rate_limit_error';
  message: string;
  code?: string;
  param?: string;
  decline_code?: string;
  charge?: string;
  payment_intent?: object;
};

/**
 * A refusal in Stripe's error shape. What is thrown while a request is only being read (`isStored` false) leaves
 * its idempotency key free for another try; what is thrown while it is carried out is stored under the key.
 */
export class ApiError extends Error {
  readonly status: number;
  readonly body: ErrorBody;
  readonly isStored: boolean;

  constructor(status: number, body: ErrorBody, isStored = false) {
    super(body.message);
    this.name = 'ApiError';
    this.status = status;
    this.body = body;
    this.isStored = isStored;
  }
}

/** A parameter is missing, unknown or malformed: 400, not stored under the idempotency key. */
export function invalidParam(code: string, param: string, message: string): ApiError {
  return new ApiError(400, { type: 'invalid_request_error', code, param, message });
}

/** The object a request names does not exist for this account: 404, or 400 when it came as a parameter. */
export function missingObject(what: string, id: string, param: string, status: 400 | 404 = 404): ApiError {
  const message = `No such ${what}: '${id}'`;
  return new ApiError(status, { type: 'invalid_request_error', code: 'resource_missing', param, message });
}

/** The request was understood, and its execution refused: 400, stored under the idempotency key. */
export function refused(code: string, message: string, param?: string): ApiError {
  const body: ErrorBody = { type: 'invalid_request_error', code, message };
  if (param !== undefined) body.param = param;
  return new ApiError(400, body, true);
}
