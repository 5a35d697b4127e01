import type { Queryable } from '#db/client.ts';
import { assert } from '#server/core/assert.ts';
import { newId } from '#server/core/ids.ts';
import { lintClauses } from './clauses.ts';
import { insertTemplate } from './queries.ts';
import { TEMPLATE_TEXTS } from './templates/template-text.ts';

/**
 * Writes the shipped template versions that are not there yet. A text that lacks a required clause is never written.
 * Idempotent and safe in several processes; run by every start.
 */
export async function ensureTemplates(q: Queryable, now: Date): Promise<void> {
  for (const text of TEMPLATE_TEXTS) {
    assert(
      lintClauses(text.kind, text.clauses).length === 0,
      `Template ${text.kind} lacks a required clause`,
    );
    await insertTemplate(q, { id: newId(), ...text, createdAt: now });
  }
}
