import type { ErrorDetail } from '#server/core/errors.ts';
import type { LabelSchema } from '#server/protocols/schemas.ts';

/** What the columns of an import file mean. Names after the colon, in file order. */
export type Columns = {
  texts: string[];
  images: string[];
  contexts: string[];
  subgroups: string[];
  golds: string[];
};

const REQUIRED = ['case_id', 'patient_key', 'site'] as const;
const PLAIN = new Set<string>([...REQUIRED, 'split', 'gold_source']);
const PREFIXES = {
  text: 'texts',
  image: 'images',
  context: 'contexts',
  subgroup: 'subgroups',
  gold: 'golds',
} as const satisfies Record<string, keyof Columns>;

const isPrefix = (text: string): text is keyof typeof PREFIXES => Object.hasOwn(PREFIXES, text);

/** Sorts column names into their meaning, or says by name which are missing or unknown. */
export function understandColumns(
  names: readonly string[],
  schema: LabelSchema | null,
): { columns: Columns; errors: ErrorDetail[] } {
  const columns: Columns = { texts: [], images: [], contexts: [], subgroups: [], golds: [] };
  const errors: ErrorDetail[] = [];
  const error = (code: string, message: string) => errors.push({ code, message, line: 1 });
  for (const name of REQUIRED) {
    if (!names.includes(name))
      error('column_missing', `The column "${name}" is missing. Every case needs it.`);
  }
  for (const name of names) {
    if (PLAIN.has(name)) continue;
    const colon = name.indexOf(':');
    const prefix = name.slice(0, colon);
    const rest = name.slice(colon + 1).trim();
    if (colon < 0 || !isPrefix(prefix)) {
      error(
        'column_unknown',
        `The column "${name.slice(0, 80)}" is not known. To show it to readers call it "context:…"; to count by it "subgroup:…"; else remove it.`,
      );
    } else if (!/^[\p{L}\p{N}_ .-]{1,60}$/u.test(rest)) {
      error(
        'column_name',
        `Give the column "${name.slice(0, 80)}" a name of letters and digits after the colon.`,
      );
    } else columns[PREFIXES[prefix]].push(rest);
  }
  if (columns.texts.length + columns.images.length === 0) {
    error('asset_missing', 'There is nothing to read: add a column "text:…" or "image:…".');
  }
  goldColumnErrors(columns.golds, names, schema, error);
  return { columns, errors };
}

function goldColumnErrors(
  golds: readonly string[],
  names: readonly string[],
  schema: LabelSchema | null,
  error: (code: string, message: string) => void,
): void {
  if (golds.length === 0) return;
  if (schema === null) {
    error(
      'gold_without_protocol',
      'The file has gold answers, but the project has no protocol yet. Write its fields first, or remove the gold columns.',
    );
    return;
  }
  if (!names.includes('gold_source')) {
    error(
      'gold_source_missing',
      'Gold needs its source: add a column "gold_source" (panel, pathology, follow_up or external).',
    );
  }
  for (const key of golds) {
    const field = schema.fields.find((one) => one.key === key);
    if (!field) error('gold_field_unknown', `The column "gold:${key}" names no field of the protocol.`);
    else if (field.type === 'text') error('gold_field_text', `"gold:${key}": free text is never gold.`);
  }
}
