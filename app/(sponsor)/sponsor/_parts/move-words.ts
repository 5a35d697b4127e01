export type Replaced = {
  version: number;
  inForce: number;
  /** Of any version signed since, not only of the one in force. */
  isBreaking: boolean;
  pricedBy: 'bid' | 'award' | null;
};

const PRICE = {
  bid: ': its price stays that of the bid (R13)',
  award: ': its award is priced for that by an amendment first (R13)',
};

/** Why a draft is moved, what stays, and what a change of meaning asks of its price, where it has one to agree (R6, R13). */
export function sayReplaced({ version, inForce, isBreaking, pricedBy }: Replaced): string {
  const breaking = isBreaking
    ? ` What a label means has changed since version ${version}${pricedBy === null ? '' : PRICE[pricedBy]}.`
    : '';
  return `Version ${inForce} has replaced version ${version}. Cases, order, people and price stay; its rules and known answers are checked against version ${inForce}.${breaking}`;
}
