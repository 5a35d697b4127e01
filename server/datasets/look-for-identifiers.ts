import type { OrgContext } from '#server/command/context.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import { identifierHints } from './identifier-hints.ts';
import { readCases } from './read-cases.ts';
import type { IdentifierLook, IdentifierLookInput } from './schemas.ts';

/**
 * Looks through a file of cases for what seems to identify somebody, before anything is imported: hints by column and kind
 * beside the checklist, never what a cell holds. Nothing is kept. Errors: `project_not_found`.
 */
export async function lookForIdentifiers(
  ctx: OrgContext,
  input: IdentifierLookInput,
): Promise<IdentifierLook> {
  await getProjectForOrg(ctx.db, ctx.actor.orgId, input.projectId);
  const read = await readCases({
    bytes: new TextEncoder().encode(input.text),
    format: input.format,
    schema: null,
    imageNames: new Set(input.imageNames),
  });
  return {
    cases: read.cases.length,
    problems: read.errors.length,
    hints: identifierHints(read.cases).map(({ item, message }) => ({ item: item ?? null, message })),
  };
}
