import type { PilotTerms } from '#server/bids/schemas.ts';
import { DAY } from '#server/core/clock.ts';
import { AppError } from '#server/core/errors.ts';
import { parseMoney } from '#server/core/money.ts';
import type { Project } from '#server/projects/schemas.ts';
import type { LabelField, LabelSchema } from '#server/protocols/schemas.ts';

export type ClassRow = {
  id: string;
  field: string;
  className: string;
  sensitivity: string;
  specificity: string;
  /** Cases with this known answer that the pilot has at the least. */
  goldCases: string;
};

/** A kind of task by complexity and its share of the cases, in per cent. */
export type KindRow = { id: number; label: string; share: string };

/** The call's form: numbers are kept as typed until it is sent. Shares are per cents. */
export type CallValues = {
  /** `YYYY-MM-DDTHH:mm` in UTC. */
  closesAt: string;
  visibility: 'public' | 'invited' | 'private';
  isSealed: boolean;
  /** As `closesAt`; empty for as long as bids are taken. */
  questionsUntil: string;
  invitedOrgIds: readonly string[];
  wholeCases: string;
  ceiling: string;
  taskTypes: readonly KindRow[];
  /** Cases of the pilot. */
  cases: string;
  overlap: string;
  timeLimitDays: string;
  goldMode: PilotTerms['goldMode'];
  goldShare: string;
  reliabilityField: string;
  reliabilityThreshold: string;
  accuracyField: string;
  accuracyThreshold: string;
  balancedField: string;
  balancedThreshold: string;
  withinOneField: string;
  withinOneThreshold: string;
  readsPerHour: string;
  costPer: '' | 'final_label' | 'correct_label';
  /** In the project's currency, as typed. */
  costAtMost: string;
  /** '' takes the dataset's order; else a dimension, with how many cases of each of its values. */
  strataBy: string;
  strataCounts: Record<string, string>;
  classes: ClassRow[];
};

type Scale = NonNullable<PilotTerms['criteria']['reliability']>['scale'];

/** How a field's answers are compared: by order, by distance, or only as equal or not. */
export function scaleOfField(field: Pick<LabelField, 'type'> | undefined): Scale {
  if (field?.type === 'ordinal') return 'ordinal';
  return field?.type === 'number' ? 'interval' : 'nominal';
}

/** The call's form as the project's own quality policy suggests it. */
export function callDefaults(project: Project, cases: number, schema: LabelSchema | null): CallValues {
  const { qualityPolicy: policy } = project;
  const known = (key: string | undefined) =>
    schema === null || schema.fields.some((field) => field.key === key) ? key : undefined;
  const reliability = policy.reliability.find((one) => known(one.field) !== undefined);
  const accuracy = policy.accuracy.find(
    (one) => one.measure === 'accuracy' && known(one.field) !== undefined,
  );
  const latest = new Date(`${project.deadline}T12:00:00Z`).getTime();
  const closes = new Date(Math.min(Date.now() + 14 * DAY, latest));
  return {
    closesAt: closes.toISOString().slice(0, 16),
    visibility: 'public',
    isSealed: false,
    questionsUntil: '',
    invitedOrgIds: [],
    wholeCases: cases === 0 ? '' : String(cases),
    ceiling: '',
    taskTypes: [],
    cases: String(Math.max(1, Math.min(cases, 250))),
    overlap: String(policy.overlap),
    timeLimitDays: '14',
    goldMode: policy.gold.mode,
    goldShare: String(policy.gold.shareBasisPoints / 100),
    reliabilityField: reliability?.field ?? '',
    reliabilityThreshold: String(reliability?.threshold ?? 0.8),
    accuracyField: accuracy?.field ?? '',
    accuracyThreshold: String(accuracy?.threshold ?? 0.9),
    balancedField: '',
    balancedThreshold: '0.80',
    withinOneField: '',
    withinOneThreshold: '0.95',
    readsPerHour: '',
    costPer: '',
    costAtMost: '',
    strataBy: '',
    strataCounts: {},
    classes: classRows(project, known),
  };
}

function classRows(project: Project, known: (key: string) => string | undefined): ClassRow[] {
  const rows = new Map<string, ClassRow>();
  for (const bound of project.qualityPolicy.accuracy) {
    if (bound.measure !== 'sensitivity' && bound.measure !== 'specificity') continue;
    if (bound.className === undefined || known(bound.field) === undefined) continue;
    const id = `${bound.field} ${bound.className}`;
    const row = rows.get(id) ?? {
      id,
      field: bound.field,
      className: bound.className,
      sensitivity: '',
      specificity: '',
      goldCases: '',
    };
    rows.set(id, { ...row, [bound.measure]: String(bound.threshold) });
  }
  return [...rows.values()];
}

const numberOf = (text: string) => (text.trim() === '' ? Number.NaN : Number(text));
const orNull = (text: string) => (text.trim() === '' ? null : Number(text));

/** An amount as typed; a text that is none stays text, for the schema to refuse in its words. */
function amountOf(text: string, currency: string): bigint | string | null {
  if (text.trim() === '') return null;
  try {
    return parseMoney(text, currency).amountMinor;
  } catch (error) {
    return error instanceof AppError ? text : '';
  }
}

/** "Needs a 3D view" → `needs_a_3d_view`: a key that stays when nobody looks at it. */
function keyOf(label: string, index: number): string {
  const key = label
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^[^a-z]+|_+$/g, '');
  return key === '' ? `kind_${index + 1}` : key.slice(0, 30);
}

/** What the procedure takes; `openCallInput` then says what is wrong with it. */
export function toCallInput(
  project: { id: string; currency: string },
  values: CallValues,
  fields: readonly LabelField[],
) {
  return {
    projectId: project.id,
    closesAt: new Date(`${values.closesAt}:00Z`),
    visibility: values.visibility,
    isSealed: values.isSealed,
    questionsUntil: values.questionsUntil === '' ? null : new Date(`${values.questionsUntil}:00Z`),
    invitedOrgIds: values.visibility === 'public' ? [] : [...values.invitedOrgIds],
    cases: orNull(values.wholeCases),
    ceilingMinor: amountOf(values.ceiling, project.currency),
    taskTypes: values.taskTypes.map(({ label, share }, index) => ({
      key: keyOf(label, index),
      label,
      shareBasisPoints: Math.round(numberOf(share) * 100),
    })),
    pilotTerms: toTerms(values, fields, project.currency),
  };
}

const boundOf = (field: string, threshold: string) =>
  field === '' ? null : { field, threshold: numberOf(threshold) };

/** An amount as typed in minor units; NaN, which the schema refuses, when it is none. */
function minorOf(text: string, currency: string): number {
  try {
    return Number(parseMoney(text, currency).amountMinor);
  } catch {
    return Number.NaN;
  }
}

/** The pilot's terms as typed. */
export function toTerms(values: CallValues, fields: readonly LabelField[], currency: string) {
  return {
    cases: numberOf(values.cases),
    overlap: numberOf(values.overlap),
    goldMode: values.goldMode,
    goldShareBasisPoints: values.goldMode === 'dealt' ? Math.round(numberOf(values.goldShare) * 100) : 0,
    timeLimitDays: numberOf(values.timeLimitDays),
    strata:
      values.strataBy === ''
        ? null
        : {
            by: [values.strataBy],
            counts: Object.fromEntries(
              Object.entries(values.strataCounts).flatMap(([key, n]) =>
                n.trim() === '' || Number(n) === 0 ? [] : [[key, Number(n)]],
              ),
            ),
          },
    goldPerClass:
      values.goldMode === 'none'
        ? []
        : values.classes.flatMap(({ field, className, goldCases }) =>
            goldCases.trim() === '' ? [] : [{ field, className, cases: Number(goldCases) }],
          ),
    criteria: {
      reliability:
        values.reliabilityField === ''
          ? null
          : {
              field: values.reliabilityField,
              scale: scaleOfField(fields.find((field) => field.key === values.reliabilityField)),
              threshold: numberOf(values.reliabilityThreshold),
            },
      accuracy:
        values.accuracyField === ''
          ? null
          : { field: values.accuracyField, threshold: numberOf(values.accuracyThreshold) },
      balancedAccuracy: boundOf(values.balancedField, values.balancedThreshold),
      withinOne: boundOf(values.withinOneField, values.withinOneThreshold),
      perClass: values.classes.map(({ field, className, sensitivity, specificity }) => ({
        field,
        className,
        sensitivity: orNull(sensitivity),
        specificity: orNull(specificity),
      })),
      throughput:
        values.readsPerHour.trim() === '' ? null : { readsPerActiveHour: Number(values.readsPerHour) },
      cost:
        values.costPer === ''
          ? null
          : { per: values.costPer, atMostMinor: minorOf(values.costAtMost, currency) },
    },
  };
}
