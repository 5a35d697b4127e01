import type { Params } from './request.ts';
import type { Tx } from './store.ts';

/** What a handler is given: the request, checked for its key and account, and the state to read and write. */
export type Call = {
  tx: Tx;
  /** Body of a POST, query of a GET. */
  params: Params;
  /** Parts of the path named in the route, e.g. `id`. */
  path: Record<string, string>;
  /** Whose object this is: `platform`, or the connected account of the `Stripe-Account` header. */
  owner: string;
  requestId: string;
  idempotencyKey: string | null;
  settings: SandboxSettings;
};

/** How fast money moves and what it costs; see the README. */
export type SandboxSettings = {
  /** Base of links back to the sandbox, e.g. `http://127.0.0.1:4242`. */
  baseUrl: () => string;
  cardSettleSeconds: number;
  bankSettleSeconds: number;
  payoutSeconds: number;
  hasFees: boolean;
};

export type Answer = { status: number; body: object };

export type Handler = (call: Call) => object | Answer;

export type Route = { method: string; pattern: RegExp; handler: Handler };

/** A route; `{id}` in `path` matches one part and is handed on by name. */
export function route(method: string, path: string, handler: Handler): Route {
  const source = path.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)');
  return { method, pattern: new RegExp(`^${source}$`), handler };
}

/** The first route for a method and path, with the parts of the path that it names. */
export function matchRoute(
  routes: readonly Route[],
  method: string,
  path: string,
): { handler: Handler; path: Record<string, string> } | null {
  for (const candidate of routes) {
    const match = candidate.method === method ? candidate.pattern.exec(path) : null;
    if (!match) continue;
    const parts = Object.entries(match.groups ?? {}).map(([k, v]) => [k, decodeURIComponent(v)]);
    return { handler: candidate.handler, path: Object.fromEntries(parts) as Record<string, string> };
  }
  return null;
}

/** Answers with a status other than 200 and still keeps what was written, e.g. a declined card. */
export function answer(status: number, body: object): Answer {
  return { status, body };
}

export function isAnswer(result: object): result is Answer {
  return 'status' in result && typeof result.status === 'number' && 'body' in result;
}
