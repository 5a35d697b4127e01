import { createHmac } from 'node:crypto';
import type { WebhookFault } from './faults.ts';

const SKEW_SECONDS = 3600;

/** `t=<seconds>,v1=<hex hmac-sha256>`, as the `Stripe-Signature` header carries it. */
export function signPayload(payload: string, secret: string, atSeconds: number): string {
  const signature = createHmac('sha256', secret).update(`${atSeconds}.${payload}`).digest('hex');
  return `t=${atSeconds},v1=${signature}`;
}

/** Posts a payload, signed now, or as badly as `fault` says; true for a 2xx answer in time. */
export async function postWebhook(input: {
  url: string;
  payload: string;
  secret: string;
  fault: WebhookFault | null;
  timeoutMs: number;
}): Promise<boolean> {
  const { url, payload, secret, fault, timeoutMs } = input;
  try {
    const response = await fetch(url, {
      method: 'POST',
      body: payload,
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'stripe-signature': signatureOf(payload, secret, fault),
      },
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    // Not reachable, or too slow: it is tried again.
    return false;
  }
}

function signatureOf(payload: string, secret: string, fault: WebhookFault | null): string {
  const now = Math.floor(Date.now() / 1000);
  switch (fault?.kind) {
    case 'bad_signature':
      return signPayload(payload, `${secret}_other`, now);
    case 'old_timestamp':
      return signPayload(payload, secret, now - SKEW_SECONDS);
    case 'future_timestamp':
      return signPayload(payload, secret, now + SKEW_SECONDS);
    default:
      return signPayload(payload, secret, now);
  }
}
