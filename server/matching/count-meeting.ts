import type { OrgContext } from '#server/command/context.ts';
import { dayOf } from '#server/credentials/rules.ts';
import type { CredentialRule } from '#server/credentials/schemas.ts';
import { type Bitmap, countWord, intersect } from './bitmap.ts';
import { matchIndex } from './live-index.ts';

/**
 * How many of those who may read meet a rule now, before anything is stored: of everybody, or of the acting organisation's own
 * people. Counts only; nobody is named.
 */
export async function countMeeting(
  ctx: OrgContext,
  input: { rule: CredentialRule },
  whose: 'everybody' | 'own',
): Promise<{ all: number; meeting: number; independents: number }> {
  const { people } = await matchIndex(ctx);
  const all = people.columns.mayRead.slice();
  if (whose === 'own') intersect(all, people.peopleOfOrg(ctx.actor.orgId));
  const meeting = all.slice();
  intersect(meeting, people.meetingRule(input.rule, dayOf(ctx.clock.now())));
  const independents = meeting.slice();
  intersect(independents, people.columns.isIndependent);
  return { all: sizeOf(all), meeting: sizeOf(meeting), independents: sizeOf(independents) };
}

function sizeOf(set: Bitmap): number {
  let size = 0;
  for (const word of set) size += countWord(word);
  return size;
}
