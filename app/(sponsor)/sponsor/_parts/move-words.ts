export type Replaced = {
  version: number;
  inForce: number;
  /** Of any version signed since, not only of the one in force. */
  isBreaking: boolean;
  pricedBy: 'bid' | 'award' | null;
};

const PRICE = {
  bid: '; the price of the bid holds all the same (R13)',
  award: '; an amendment of the award agrees the price for that first (R13)',
};

/** Why a draft is moved, what stays, and what a change of meaning asks of its price, where it has one to agree (R6, R13). */
export function sayReplaced({ version, inForce, isBreaking, pricedBy }: Replaced): string {
  const isRepriced = isBreaking && pricedBy === 'award';
  const kept = isRepriced ? 'cases, order and people' : 'cases, order, people and price';
  const breaking = isBreaking
    ? ` What a label means has changed since version ${version}${pricedBy === null ? '' : PRICE[pricedBy]}.`
    : '';
  return `It was made on version ${version}, which version ${inForce} has replaced. Its ${kept} stay; its rules and known answers are checked against version ${inForce}.${breaking}`;
}
