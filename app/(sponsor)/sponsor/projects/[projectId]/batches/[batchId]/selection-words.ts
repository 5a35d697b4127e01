import { counted } from '#app/(sponsor)/sponsor/_parts/figure-words.ts';
import type { ChosenBy } from '#server/work/selection-schemas.ts';

/** Names shown one by one; of more it is said how many. */
const MOST = 8;

/** "A", "A or B", "A, B or 3 more". */
function anyOf(names: readonly string[]): string {
  const shown = names.length > MOST + 1 ? names.slice(0, MOST) : names;
  const rest = names.length - shown.length;
  const all = rest > 0 ? [...shown, `${rest.toLocaleString('en')} more`] : shown;
  return all.length < 2 ? all.join('') : `${all.slice(0, -1).join(', ')} or ${all.at(-1)}`;
}

/** By what the cases of a batch were chosen, a line for each condition; all of them held. Empty where nothing was asked. */
export function selectionWords(by: ChosenBy): string[] {
  return [
    ...(by.isUnsplit ? ['Without a split'] : []),
    ...(by.sites.length > 0 ? [`Site: ${anyOf(by.sites)}`] : []),
    ...by.subgroups.map(({ name, values }) => `${name}: ${anyOf(values)}`),
    ...by.context.map(({ name, contains }) => `${name} holds “${contains}”`),
    ...(by.listed === null ? [] : [`On a list of ${counted(by.listed, 'case id')}`]),
    ...(by.finalLabel === null ? [] : [`${by.finalLabel === 'has' ? 'With' : 'Without'} a final label then`]),
    ...(by.gold === null ? [] : [by.gold === 'only' ? 'Gold alone' : 'No gold']),
    ...by.classes.map(({ field, values }) => `${field}, by final label or else gold: ${anyOf(values)}`),
    ...workWords(by.work),
    ...(by.model === null ? [] : [modelWords(by.model)]),
  ];
}

const GONE_BATCH = 'a batch that is not there any more';

function workWords({ batches, readers, versions, ...is }: ChosenBy['work']): string[] {
  const ofBatch = (name: string | null) => (name === null ? GONE_BATCH : `“${name}”`);
  const known = versions.flatMap((one) => one ?? []).sort((a, b) => a - b);
  const under = [
    ...(known.length > 0 ? [`protocol version ${anyOf(known.map(String))}`] : []),
    ...(known.length < versions.length ? ['a protocol version that is not there any more'] : []),
  ];
  const said = (asked: boolean | null, yes: string, no: string) => (asked === null ? [] : [asked ? yes : no]);
  return [
    ...(batches.length > 0 ? [`Labelled in ${anyOf(batches.map(ofBatch))}`] : []),
    ...(readers.length > 0
      ? [`Read by ${anyOf(readers.map((one) => `${one.alias} of ${ofBatch(one.batch)}`))}`]
      : []),
    ...(under.length > 0 ? [`Labelled under ${under.join(' or ')}`] : []),
    ...said(is.isUncertain, 'A field was left undecided', 'No field was left undecided'),
    ...said(is.isDisputed, 'Its readers were divided', 'Its readers agreed'),
    ...said(is.isAsked, 'A reader asked about it', 'No reader asked about it'),
    ...said(
      is.isDoubtful,
      'Its readers were divided, or one asked about it',
      'Its readers agreed, and none asked about it',
    ),
    ...said(is.isReadAgain, 'In a relabel batch under way', 'In no relabel batch under way'),
  ];
}

/** "Answered wrongly by Net 2 in Grade: labelled Severe, which it missed; by at least 2 levels; with a confidence of at least 0.8". */
function modelWords(model: NonNullable<ChosenBy['model']>): string {
  const { name, field, missed, claimed, byAtLeast, confidence } = model;
  const who = name === null ? 'a model that is not there any more' : name;
  const how = [
    ...(missed === null ? [] : [`labelled ${missed}, which it missed`]),
    ...(claimed === null ? [] : [`it said ${claimed}, a false alarm`]),
    ...(byAtLeast === null
      ? []
      : [
          `apart by at least ${model.isByLevels ? counted(byAtLeast, 'level') : byAtLeast.toLocaleString('en')}`,
        ]),
    ...(confidence === null
      ? []
      : [`confidence at ${confidence.is === 'at_least' ? 'least' : 'most'} ${confidence.value}`]),
  ];
  const since = model.isWithdrawn ? ' (withdrawn since)' : '';
  return `Answered wrongly by ${who}${since} in ${field}${how.length > 0 ? `: ${how.join('; ')}` : ''}`;
}
