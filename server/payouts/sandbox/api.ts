import { ApiError, missingObject } from './api-error.ts';
import { expandObject } from './expand.ts';
import type { CallFault } from './faults.ts';
import { findAnswer, type KeyedRequest, type KeysInUse, keepAnswer, keyedRequest } from './idempotency.ts';
import { expandParam, parseParams } from './params.ts';
import { type Params, parseForm, parseJson } from './request.ts';
import { type Call, isAnswer, matchRoute, type SandboxSettings } from './router.ts';
import { apiRoutes } from './routes.ts';
import { PLATFORM, type Store, type Tx } from './store.ts';

/** One API request as it came in, with its body read. */
export type ApiRequest = {
  requestId: string;
  method: string;
  url: URL;
  body: string;
  authorization: string | undefined;
  account: string | undefined;
  idempotencyKey: string | null;
};

export type ApiAnswer = { status: number; body: object; isReplayed: boolean };

export type Api = {
  /** Answers a request; `fault` may hold it back or spoil what is stored for its key. */
  answer(request: ApiRequest, fault: CallFault | null): Promise<ApiAnswer>;
};

/** The API proper: key, account, idempotency, then one handler in one transaction. */
export function createApi(options: { store: Store; secretKey: string; settings: SandboxSettings }): Api {
  const { store, secretKey, settings } = options;
  const inUse: KeysInUse = new Set();

  return {
    async answer(request, fault) {
      checkSecretKey(request, secretKey);
      const owner = store.transact((tx) => ownerOf(tx, request.account));
      const { method, idempotencyKey: key, body, url } = request;
      const keyed = keyedRequest({ key, owner, method, path: url.pathname, body });
      const kept = keyed && store.transact((tx) => findAnswer(tx, inUse, keyed));
      if (kept) return { status: kept.status, body: kept.body as object, isReplayed: true };
      if (keyed) inUse.add(keyed.slot);
      try {
        if (fault?.kind === 'slow') await new Promise((done) => setTimeout(done, fault.delayMs));
        return carryOut(store, keyed, fault, (tx) => runHandler(tx, request, owner, settings));
      } finally {
        if (keyed) inUse.delete(keyed.slot);
      }
    },
  };
}

type Plain = { status: number; body: object };

/** What a request that was carried out, and then lost to an internal error, answers and replays. */
const INTERNAL_ERROR: Plain = {
  status: 500,
  body: { error: { type: 'api_error', message: 'An unknown error occurred.' } },
};

function carryOut(
  store: Store,
  keyed: KeyedRequest | null,
  fault: CallFault | null,
  work: (tx: Tx) => Plain,
): ApiAnswer {
  try {
    return store.transact((tx) => {
      const done = work(tx);
      const told = fault?.kind === 'error_stored' ? INTERNAL_ERROR : done;
      if (keyed) keepAnswer(tx, keyed, told);
      return { ...told, isReplayed: false };
    });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const told: Plain = { status: error.status, body: { error: error.body } };
    if (keyed && error.isStored) store.transact((tx) => keepAnswer(tx, keyed, told));
    return { ...told, isReplayed: false };
  }
}

function runHandler(tx: Tx, request: ApiRequest, owner: string, settings: SandboxSettings): Plain {
  const { method, url } = request;
  const found = matchRoute(apiRoutes, method, url.pathname);
  if (!found) {
    const message = `Unrecognized request URL (${method}: ${url.pathname}). The sandbox's README lists what it answers.`;
    throw new ApiError(404, { type: 'invalid_request_error', message });
  }
  const params = readParams(request);
  const { requestId, idempotencyKey } = request;
  const call: Call = { tx, params, path: found.path, owner, requestId, idempotencyKey, settings };
  const result = found.handler(call);
  if (isAnswer(result)) return result;
  const expand =
    url.pathname.startsWith('/v1/') && params.expand ? parseParams(expandParam, params.expand as Params) : [];
  return { status: 200, body: expandObject(tx, result, expand) };
}

function readParams({ method, url, body }: ApiRequest): Params {
  if (method === 'GET' || method === 'DELETE') return parseForm(url.search.slice(1));
  return url.pathname.startsWith('/v2/') ? parseJson(body) : parseForm(body);
}

function checkSecretKey({ authorization }: ApiRequest, secretKey: string): void {
  if (authorization === `Bearer ${secretKey}`) return;
  const message =
    authorization === undefined
      ? 'You did not provide an API key. Send it as "Authorization: Bearer sk_test_…".'
      : 'Invalid API Key provided. The sandbox takes the key of its STRIPE_SECRET_KEY.';
  throw new ApiError(401, { type: 'invalid_request_error', message });
}

function ownerOf(tx: Tx, account: string | undefined): string {
  if (account === undefined || account === '') return PLATFORM;
  if (!tx.get('accounts', account)) {
    const { body } = missingObject('account', account, 'Stripe-Account');
    throw new ApiError(403, { ...body, code: 'account_invalid' });
  }
  return account;
}
