import { formatInstant } from '#app/_ui/format-instant.ts';
import type { ContractView } from '#server/contracts/view-schemas.ts';

/** Where the printed version is. */
export const documentHref = (versionId: string, copy: 'original' | 'sealed') =>
  `/api/documents/contracts/${versionId}/${copy}`;

/** A result's credit in one sentence. */
export function creditSentence(
  result: ContractView['results'][number],
  money: (amountMinor: bigint) => string,
): string {
  const left = result.creditMinor - result.postedMinor;
  switch (result.status) {
    case 'met':
      return 'No credit follows.';
    case 'proposed':
      return `A credit of ${money(result.creditMinor)} is taken after ${result.disputeUntil === null ? 'seven days' : formatInstant(result.disputeUntil, 'day', 'UTC')}, unless it is disputed.`;
    case 'disputed':
      return `The credit of ${money(result.creditMinor)} is disputed; an operator decides.`;
    case 'due':
      return result.postedMinor > 0n
        ? `${money(result.postedMinor)} of ${money(result.creditMinor)} is taken; ${money(left)} waits for the next earnings.`
        : `A credit of ${money(result.creditMinor)} is taken from the next balance.`;
    case 'posted':
      return `A credit of ${money(result.creditMinor)} was taken from the vendor’s balance and given to the project.`;
    case 'waived':
      return `The credit of ${money(result.creditMinor)} was given up.`;
  }
}
