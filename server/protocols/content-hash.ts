import { createHash } from 'node:crypto';
import type { ProtocolContent } from './schemas.ts';

/** JSON with sorted keys and without undefined members: equal values give equal text (the idea of RFC 8785). */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
}

/** Lower-case hex SHA-256 of a value's canonical JSON. */
export function hashContent(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value), 'utf8').digest('hex');
}

/** The hash both leads sign: guidelines, label schema and edge cases of a protocol version. */
export function hashProtocol({ guidelinesMarkdown, labelSchema, edgeCases }: ProtocolContent): string {
  return hashContent({ guidelinesMarkdown, labelSchema, edgeCases });
}
