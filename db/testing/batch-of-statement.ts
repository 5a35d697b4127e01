import { getTableName, is } from 'drizzle-orm';
import { PgTable } from 'drizzle-orm/pg-core';
import { HOT_TABLES } from '#db/append-only.ts';
import * as schema from '#db/schema/index.ts';

/*
 * Whether a statement names the batch of every hot table it looks at or writes to: so that it goes to one shard, and so that no plan
 * can look beyond the batch. Reads the SQL as this code base writes it, scope by scope; what it does not understand it takes
 * for a fault.
 */

const HOT: ReadonlySet<string> = new Set(HOT_TABLES);
const STORED: ReadonlySet<string> = new Set(
  (Object.values(schema) as unknown[]).filter((one): one is PgTable => is(one, PgTable)).map(getTableName),
);
/** Words before a parenthesis that does not belong to a function's call. */
const NO_CALL =
  /\b(and|or|not|where|on|in|as|any|all|exists|when|then|else|from|join|lateral|select|values|using|materialized|by|union|having)\s*$/i;
const KEYWORD =
  /^(on|where|set|using|cross|join|left|right|inner|full|order|group|limit|for|returning|union|values|select|offset|having|default)$/i;
const SUBQUERY = /^\s*(select|with|insert|update|delete|values)\b/i;

/** A scope's own words, with `@n@` in place of its subqueries and calls of functions emptied. */
type Scope = { own: string; inner: string[] };

function scopeOf(text: string): Scope {
  const inner: string[] = [];
  let own = '';
  for (let i = 0; i < text.length; i += 1) {
    if (text[i] !== '(') {
      own += text[i];
      continue;
    }
    let depth = 1;
    let end = i + 1;
    for (; end < text.length && depth > 0; end += 1)
      depth += text[end] === '(' ? 1 : text[end] === ')' ? -1 : 0;
    const body = text.slice(i + 1, end - 1);
    const isCall = /["\w]\s?$/.test(own) && !NO_CALL.test(own);
    if (SUBQUERY.test(body)) {
      own += ` @${inner.length}@ `;
      inner.push(body);
    } else {
      // What is asked inside a call is asked by its subqueries alone; the columns of an insert are kept.
      const nested = scopeOf(body);
      const shifted = nested.own.replace(/@(\d+)@/g, (_, n) => `@${Number(n) + inner.length}@`);
      inner.push(...nested.inner);
      const isColumns = /\binto\s+"?\w+"?(\s+as\s+\w+)?\s*$/i.test(own) || /\bvalues\s*$/i.test(own);
      own += isCall && !isColumns ? `(${shifted.match(/@\d+@/g)?.join(' ') ?? ''})` : `(${shifted})`;
    }
    i = end - 1;
  }
  return { own, inner };
}

type Source = { table: string; alias: string };

/** Relations that a part of a scope reads or changes. */
function sourcesOf(own: string): Source[] {
  const found: Source[] = [];
  const add = (item: string) => {
    const [, subquery] = /^\s*(?:lateral\s+)?@\d+@\s*(?:as\s+)?"?(\w+)"?/i.exec(item) ?? [];
    if (subquery !== undefined) {
      if (!KEYWORD.test(subquery)) found.push({ table: '', alias: subquery });
      return;
    }
    const [, table, alias] =
      /^\s*(?:lateral\s+)?(?:only\s+)?"?(\w+)"?(?![.\w])\s*(?:as\s+)?"?(\w+)?/i.exec(item) ?? [];
    if (table === undefined) return;
    found.push({ table, alias: alias !== undefined && !KEYWORD.test(alias) ? alias : table });
  };
  // Parentheses are closed first, so that a comma within them parts no relations.
  let flat = own;
  for (let before = ''; before !== flat; ) {
    before = flat;
    flat = flat.replace(/\([^()]*\)/g, ' ');
  }
  for (const [, clause] of flat.matchAll(
    /(?<!distinct\s)\b(?:from|using)\b(.*?)(?=\bwhere\b|\border by\b|\bgroup by\b|\blimit\b|\bfor (?:no key )?(?:update|share)\b|\breturning\b|\bwindow\b|\bhaving\b|\bon conflict\b|\bset\b|\bselect\b|\boffset\b|(?<!distinct\s)\bfrom\b|\busing\b|$)/gis,
  ))
    for (const item of (clause ?? '').split(/,|\bjoin\b/i)) add(item);
  for (const [, item] of flat.matchAll(
    /(?<!for )(?<!do )(?<!no key )\bupdate\s+(?!set\b)("?\w+"?(?:\s+(?:as\s+)?\w+)?)/gi,
  ))
    add(item ?? '');
  return found;
}

/** Of a part of a scope, the relations whose batch is not named; `outer` are the names of scopes around whose batch is. */
function strayIn(own: string, outer: ReadonlySet<string>): { stray: string[]; known: Set<string> } {
  const sources = sourcesOf(own);
  const stored = sources.filter((one) => STORED.has(one.table));
  const isStored = new Set(stored.map((one) => one.alias));
  // What is no stored table is a parameter, or made of tables that are looked at where they are named.
  const known = new Set([...outer].filter((name) => !isStored.has(name)));
  for (const one of sources) if (!isStored.has(one.alias)) known.add(one.alias);
  const facts = [
    ...own.matchAll(
      /(?:"?(\w+)"?\.)?"?(batch_id|id)"?\s*=\s*(?:any\s*\(\s*)?(?:(\$\d+|'[0-9a-f-]{36}')|"?(\w+)"?\."?(batch_id|id)"?|(@\d+@))/gi,
    ),
  ].map((fact) => ({
    left: fact[1] ?? (stored.length === 1 ? stored[0]?.alias : undefined),
    column: fact[2],
    isGiven: fact[3] !== undefined,
    right: fact[4],
    rightColumn: fact[5],
  }));
  const tableOf = new Map(stored.map((one) => [one.alias, one.table]));
  const isKey = (alias: string | undefined, column: string | undefined) =>
    column === 'batch_id' ||
    (alias !== undefined && tableOf.get(alias) === 'batches') ||
    !isStored.has(alias ?? '');
  for (let size = -1; size !== known.size; ) {
    size = known.size;
    for (const { left, column, isGiven, right, rightColumn } of facts) {
      if (left === undefined || !isKey(left, column)) continue;
      if (isGiven) known.add(left);
      else if (right !== undefined && isKey(right, rightColumn)) {
        if (known.has(right)) known.add(left);
        if (known.has(left)) known.add(right);
      }
    }
  }
  const stray = stored
    .filter((one) => HOT.has(one.table) && !known.has(one.alias))
    .map((one) => `${one.table} ${one.alias}`);
  for (const [, table, columns, first] of own.matchAll(
    /\binto\s+"?(\w+)"?(?:\s+as\s+\w+)?\s*\(\s*"?(\w+)"?[^)]*\)\s*(?:select|values\s*\()\s*([^,\s)]+)/gi,
  )) {
    if (!HOT.has(table ?? '')) continue;
    const [, from] = /^"?(\w+)"?\."?batch_id"?/.exec(first ?? '') ?? [];
    const isNamed =
      /^\$\d+/.test(first ?? '') ||
      (from !== undefined && known.has(from)) ||
      (first === 'batch_id' && known.size > 0);
    if (columns !== 'batch_id' || !isNamed) stray.push(`into ${table}`);
  }
  return { stray, known };
}

/** Hot tables of a statement, with the names they go by in it, whose batch it does not name; empty when all is well. */
export function tablesWithoutBatch(query: string, outer: ReadonlySet<string> = new Set()): string[] {
  const clean = query.replace(/--[^\n]*/g, ' ').replace(/\/\*[\s\S]*?\*\//g, ' ');
  const { own, inner } = scopeOf(clean);
  return own.split(/\bunion\b(?:\s+all\b)?|\bexcept\b|\bintersect\b/i).flatMap((part) => {
    const { stray, known } = strayIn(part, outer);
    const below = [...part.matchAll(/@(\d+)@/g)].flatMap(([, n]) =>
      tablesWithoutBatch(inner[Number(n)] ?? '', known),
    );
    return [...stray, ...below];
  });
}
