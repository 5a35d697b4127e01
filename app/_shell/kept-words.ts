import type { Hindrance, KeptLeft } from '#app/(reading)/_session/kept-of-person.ts';

const cases = (count: number, one: string, more: string) =>
  `${count} ${count === 1 ? `case ${one}` : `cases ${more}`}`;

const GO_ON: Record<Hindrance, string> = {
  unreachable: 'Stay, and open their batch again when there is a connection: they are sent then.',
  signed_out:
    'This browser is not signed in as you any more. Sign in again, and open their batch: they are sent then.',
  other_organisation:
    'You act for another organisation now. Stay, choose the one in which you read them, and open their batch: they are sent then.',
};

/** What somebody is told before they sign out; null where all that they handed in is in. `isLost`: signing out loses something. */
export function keptWords(left: KeptLeft): { title: string; says: string[]; isLost: boolean } | null {
  const { unsent, notTaken, drafts, sealed } = left;
  const refused = notTaken + drafts + sealed;
  if (unsent + refused === 0) return null;
  const says: string[] = [];
  if (unsent > 0) says.push(`What you put down about them is on this device alone. ${GO_ON[left.hindrance]}`);
  if (drafts > 0)
    says.push(`${cases(drafts, 'was', 'were')} not taken as submitted, and kept as a draft: not submitted.`);
  if (notTaken > 0)
    says.push(
      `${cases(notTaken, 'was', 'were')} taken neither as submitted nor as a draft. What you had put down is on this device alone; open the batch to see it.`,
    );
  if (sealed > 0) says.push(`${cases(sealed, 'was', 'were')} not taken: the case was shut before it came.`);
  if (left.refusals.length > 0) says.push(`The server said: ${left.refusals.join(' ')}`);
  return {
    title:
      unsent > 0
        ? cases(unsent, 'is not sent yet', 'are not sent yet')
        : cases(refused, 'was not submitted', 'were not submitted'),
    says,
    isLost: unsent + notTaken > 0,
  };
}
