export type Replaced = {
  version: number;
  inForce: number;
  /** Of any version signed since, not only of the one in force. */
  isBreaking: boolean;
  pricedBy: 'bid' | 'award' | null;
};

const PRICE = {
  bid: ' The price of the bid stays as it is (R13).',
  award: ' An amendment of the award agrees the price for that first (R13).',
};

/** Why a draft is moved, what stays, and what a change of meaning asks of its price, where it has one to agree (R6, R13). */
export function sayReplaced({ version, inForce, isBreaking, pricedBy }: Replaced): string {
  const breaking = isBreaking
    ? ` What a label means has changed since version ${version}.${pricedBy === null ? '' : PRICE[pricedBy]}`
    : '';
  return `It was made on version ${version}, which version ${inForce} has replaced. Its cases, order, people and price stay; its rules and known answers are checked against version ${inForce}.${breaking}`;
}
