import type { IncomingMessage } from 'node:http';
import { ApiError, invalidParam } from './api-error.ts';

export type Params = { [key: string]: ParamValue };
export type ParamValue = string | number | boolean | null | ParamValue[] | Params;

const MAX_BODY_BYTES = 1_000_000;
const MAX_DEPTH = 8;

/** The whole body of a request as text; refuses one above a megabyte. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > MAX_BODY_BYTES) {
      throw new ApiError(413, { type: 'invalid_request_error', message: 'The request body is too large.' });
    }
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Reads `a[b][0]=c` pairs, as v1 bodies and queries are encoded, into nested objects; every value is a text. */
export function parseForm(text: string): Params {
  const root: Params = {};
  for (const [key, value] of new URLSearchParams(text)) {
    const [head = '', ...rest] = key.replaceAll(']', '').split('[');
    const path = [head, ...rest];
    if (path.length > MAX_DEPTH || path.some((part) => part === '__proto__' || part === 'constructor')) {
      throw invalidParam('parameter_unknown', key.slice(0, 80), 'Received an unknown parameter.');
    }
    setAt(root, path, value);
  }
  return arraysFromIndexes(root) as Params;
}

/** Reads a v2 body. An empty body is an empty object. */
export function parseJson(text: string): Params {
  if (text.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Params;
  } catch {
    // Told below, the same as a body that is valid JSON and no object.
  }
  throw new ApiError(400, {
    type: 'invalid_request_error',
    code: 'invalid_fields',
    message: 'The request body must be a JSON object.',
  });
}

function setAt(root: Params, path: string[], value: string): void {
  let at = root;
  for (const part of path.slice(0, -1)) {
    const next = at[part];
    if (typeof next === 'object' && next !== null && !Array.isArray(next)) {
      at = next;
    } else {
      const made: Params = {};
      at[part] = made;
      at = made;
    }
  }
  at[path.at(-1) ?? ''] = value;
}

function arraysFromIndexes(value: ParamValue): ParamValue {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, arraysFromIndexes(inner)] as const);
  const isList = entries.length > 0 && entries.every(([key]) => /^\d*$/.test(key));
  return isList ? entries.map(([, inner]) => inner) : Object.fromEntries(entries);
}
