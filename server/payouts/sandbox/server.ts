import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type Api, createApi } from './api.ts';
import { ApiError } from './api-error.ts';
import { answerControl } from './control.ts';
import { type CallFault, createFaults, type Faults } from './faults.ts';
import { objectId } from './object-ids.ts';
import { type PageAnswer, showOnboarding, submitOnboarding } from './onboarding-page.ts';
import { parseForm, parseJson, readBody } from './request.ts';
import { setEnvironmentEndpoint } from './resources/webhook-endpoints.ts';
import type { SandboxSettings } from './router.ts';
import { createScheduler } from './scheduler.ts';
import { openStore, type Store } from './store.ts';
import { createWebhookSender, type RetryPolicy, type WebhookSender } from './webhooks.ts';

export type SandboxOptions = {
  /** Folder of the journal; made when it is missing. */
  dir: string;
  /** 0 takes a free port. */
  port: number;
  secretKey: string;
  /** Where every event goes, signed with `secret`; null sends none. */
  webhook: { url: string; secret: string } | null;
  settings?: Partial<Omit<SandboxSettings, 'baseUrl'>>;
  retry?: Partial<RetryPolicy>;
};

export type Sandbox = { port: number; url: string; close(): Promise<void> };

type Parts = { api: Api; store: Store; faults: Faults; webhooks: WebhookSender; secretKey: string };

/** Opens the state in `dir` and serves it on loopback. Two sandboxes must not share a folder. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const store = openStore(join(options.dir, 'journal.jsonl'));
  const faults = createFaults();
  const retry = { baseMs: 1000, maxMs: 60_000, maxAttempts: 30, timeoutMs: 10_000, ...options.retry };
  const webhooks = createWebhookSender({ store, faults, retry });
  let url = '';
  const settings: SandboxSettings = {
    cardSettleSeconds: 0,
    bankSettleSeconds: 2,
    payoutSeconds: 2,
    hasFees: true,
    ...options.settings,
    baseUrl: () => url,
  };
  const api = createApi({ store, secretKey: options.secretKey, settings });
  const scheduler = createScheduler({ store, settings, onDone: () => webhooks.wake() });
  const parts: Parts = { api, store, faults, webhooks, secretKey: options.secretKey };
  let closing: Promise<void> | null = null;
  const server = createServer((request, response) => {
    void serve(parts, request, response).finally(() => {
      if (closing) return;
      scheduler.run();
      webhooks.wake();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  url = `http://127.0.0.1:${port}`;
  store.transact((tx) => setEnvironmentEndpoint(tx, options.webhook));
  scheduler.run();
  webhooks.wake();
  const shutDown = async () => {
    scheduler.stop();
    webhooks.stop();
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
    store.close();
  };
  return {
    port,
    url,
    close: () => {
      closing ??= shutDown();
      return closing;
    },
  };
}

async function serve(parts: Parts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const requestId = objectId('req');
  try {
    const body = await readBody(request);
    const url = new URL(request.url ?? '/', 'http://sandbox');
    if (url.pathname.startsWith('/_sandbox/')) serveControl(parts, request, url, body, response);
    else await serveApi(parts, { request, url, body, requestId }, response);
  } catch (error) {
    sendFailure(response, error, requestId);
  }
}

async function serveApi(
  { api, faults }: Parts,
  { request, url, body, requestId }: { request: IncomingMessage; url: URL; body: string; requestId: string },
  response: ServerResponse,
): Promise<void> {
  const method = request.method ?? 'GET';
  const fault = faults.takeForCall(method, url.pathname);
  if (fault && failBefore(fault, request)) return;
  const key = request.headers['idempotency-key'];
  const account = request.headers['stripe-account'] ?? request.headers['stripe-context'];
  const { authorization } = request.headers;
  const told = await api.answer(
    {
      requestId,
      method,
      url,
      body,
      authorization,
      account: Array.isArray(account) ? account[0] : account,
      idempotencyKey: typeof key === 'string' ? key : null,
    },
    fault,
  );
  if (fault && failAfter(fault, request)) return;
  send(response, told.status, told.body, {
    'request-id': requestId,
    ...(typeof key === 'string' ? { 'idempotency-key': key } : {}),
    ...(told.isReplayed ? { 'idempotent-replayed': 'true' } : {}),
    // What is stored is replayed, so trying again is of no use.
    ...(told.status >= 500 ? { 'stripe-should-retry': 'false' } : {}),
  });
}

/** True when the connection is gone and nothing is to be done; throws what is to be answered instead. */
function failBefore(fault: CallFault, request: IncomingMessage): boolean {
  switch (fault.kind) {
    case 'reset_before':
      request.socket.destroy();
      return true;
    case 'crash_before':
      process.kill(process.pid, 'SIGKILL');
      return true;
    case 'error_before':
      throw new ApiError(500, { type: 'api_error', message: 'An unknown error occurred.' });
    case 'conflict':
      throw new ApiError(409, {
        type: 'api_error',
        code: 'lock_timeout',
        message: 'This object cannot be accessed right now.',
      });
    case 'rate_limit':
      throw new ApiError(429, {
        type: 'invalid_request_error',
        code: 'rate_limit',
        message: 'Too many requests.',
      });
    default:
      return false;
  }
}

/** True when the answer is lost on its way; what was done stays done. */
function failAfter(fault: CallFault, request: IncomingMessage): boolean {
  switch (fault.kind) {
    case 'reset_after':
      request.socket.destroy();
      return true;
    case 'crash_after':
      process.kill(process.pid, 'SIGKILL');
      return true;
    case 'timeout_after':
      return true;
    case 'error_after':
      throw new ApiError(500, { type: 'api_error', message: 'An unknown error occurred.' });
    default:
      return false;
  }
}

function serveControl(
  parts: Parts,
  request: IncomingMessage,
  url: URL,
  body: string,
  response: ServerResponse,
): void {
  const method = request.method ?? 'GET';
  const token = /^\/_sandbox\/onboarding\/(\w+)$/.exec(url.pathname)?.[1];
  if (url.pathname === '/_sandbox/health') {
    send(response, 200, { ok: true });
    return;
  }
  if (token !== undefined) {
    const isSubmit = method === 'POST';
    const { store } = parts;
    sendPage(
      response,
      isSubmit
        ? submitOnboarding(store, token, String(parseForm(body).outcome ?? ''))
        : showOnboarding(store, token),
    );
    return;
  }
  if (request.headers.authorization !== `Bearer ${parts.secretKey}`) {
    throw new ApiError(401, {
      type: 'invalid_request_error',
      message: 'Send the secret key of the sandbox.',
    });
  }
  send(response, 200, answerControl(parts, method, url.pathname, parseJson(body)));
}

function sendPage(response: ServerResponse, answer: PageAnswer): void {
  if ('redirectTo' in answer) {
    response.writeHead(303, { location: answer.redirectTo }).end();
    return;
  }
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
  };
  response.writeHead(answer.status, headers).end(answer.html);
}

function sendFailure(response: ServerResponse, error: unknown, requestId: string): void {
  if (response.headersSent || response.destroyed) return;
  const headers = { 'request-id': requestId };
  if (error instanceof ApiError) {
    send(response, error.status, { error: error.body }, headers);
    return;
  }
  process.stderr.write(
    `Stripe sandbox, ${requestId}: ${error instanceof Error ? error.stack : String(error)}\n`,
  );
  send(response, 500, { error: { type: 'api_error', message: 'The sandbox failed; see its log.' } }, headers);
}

function send(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}
