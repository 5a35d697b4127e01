import { invalidParam } from './api-error.ts';
import { renderBalanceTransaction } from './resources/balance-transactions.ts';
import type { Tx } from './store.ts';

const MAX_DEPTH = 4;

/** Replaces the ids that `expand` names (`latest_charge.balance_transaction`, `data.transfer`) by their objects. */
export function expandObject(tx: Tx, body: object, expand: readonly string[]): object {
  const copy = structuredClone(body);
  for (const path of expand) {
    const parts = path.split('.');
    if (parts.length > MAX_DEPTH) throw unexpandable(path);
    expandAt(tx, copy as Record<string, unknown>, parts, path);
  }
  return copy;
}

function expandAt(tx: Tx, object: Record<string, unknown>, parts: readonly string[], path: string): void {
  const [name, ...rest] = parts;
  if (name === undefined) return;
  if (!(name in object)) throw unexpandable(path);
  const value = object[name];
  if (typeof value === 'string') {
    const found = findById(tx, value);
    if (!found) throw unexpandable(path);
    object[name] = found;
  }
  const next = object[name];
  const inner = Array.isArray(next) ? next : [next];
  for (const item of inner) {
    if (typeof item === 'object' && item !== null && rest.length > 0) {
      expandAt(tx, item as Record<string, unknown>, rest, path);
    }
  }
}

function findById(tx: Tx, id: string): object | undefined {
  switch (id.slice(0, id.indexOf('_'))) {
    case 'pi':
      return tx.get('paymentIntents', id)?.object;
    case 'ch':
    case 'py':
      return tx.get('charges', id)?.object;
    case 'tr':
      return tx.get('transfers', id)?.object;
    case 'trr':
      return tx.get('reversals', id)?.object;
    case 're':
      return tx.get('refunds', id)?.object;
    case 'po':
      return tx.get('payouts', id)?.object;
    case 'txn': {
      const row = tx.get('balanceTransactions', id);
      return row && renderBalanceTransaction(row.object, tx.now);
    }
    default:
      return undefined;
  }
}

function unexpandable(path: string): Error {
  return invalidParam(
    'parameter_invalid',
    'expand',
    `This property cannot be expanded (${path.slice(0, 80)}).`,
  );
}
