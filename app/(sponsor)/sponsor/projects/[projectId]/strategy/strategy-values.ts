import { AppError } from '#server/core/errors.ts';
import { formatMinor, parseMoney } from '#server/core/money.ts';
import { BUDGET_MODELS, type StrategyInputs, strategyInputs } from '#server/strategy/schemas.ts';

/** The form as it is typed. */
export type StrategyValues = {
  cases: string;
  needBy: string;
  budgetModel: string;
  isForSubmission: boolean;
  insideShare: string;
  people: string;
  hoursPerWeek: string;
  costPerHour: string;
  readsPerHour: string;
  readyInDays: string;
  pricePerRead: string;
  hasModel: boolean;
  modelName: string;
  modelCost: string;
  checked: string;
  right: string;
};

/** What a field of the form is called in the inputs, for what the schema says is wrong. */
const FIELD_OF: Record<string, keyof StrategyValues> = {
  cases: 'cases',
  needBy: 'needBy',
  budgetModel: 'budgetModel',
  insideShareBasisPoints: 'insideShare',
  'ownStaff.people': 'people',
  'ownStaff.hoursPerWeek': 'hoursPerWeek',
  'ownStaff.costPerHourMinor': 'costPerHour',
  'ownStaff.readsPerHour': 'readsPerHour',
  'ownStaff.readyInDays': 'readyInDays',
  pricePerReadMinor: 'pricePerRead',
  'model.name': 'modelName',
  'model.costPerCaseMinor': 'modelCost',
  'model.checked': 'checked',
  'model.right': 'right',
};

const money = (amountMinor: bigint | null | undefined, currency: string) =>
  amountMinor === null || amountMinor === undefined ? '' : formatMinor({ amountMinor, currency });

/** Inputs as the form shows them. */
export function valuesOf(inputs: StrategyInputs, currency: string): StrategyValues {
  const { ownStaff, model } = inputs;
  return {
    cases: String(inputs.cases),
    needBy: inputs.needBy,
    budgetModel: inputs.budgetModel,
    isForSubmission: inputs.isForSubmission,
    insideShare: String(inputs.insideShareBasisPoints / 100),
    people: String(ownStaff.people),
    hoursPerWeek: String(ownStaff.hoursPerWeek),
    costPerHour: money(ownStaff.costPerHourMinor, currency),
    readsPerHour: ownStaff.readsPerHour === null ? '' : String(ownStaff.readsPerHour),
    readyInDays: String(ownStaff.readyInDays),
    pricePerRead: money(inputs.pricePerReadMinor, currency),
    hasModel: model !== null,
    modelName: model?.name ?? '',
    modelCost: money(model?.costPerCaseMinor, currency),
    checked: model === null ? '' : String(model.checked),
    right: model === null ? '' : String(model.right),
  };
}

export type Problems = Partial<Record<keyof StrategyValues, string>>;

/** What was typed as inputs, or every problem by its field. */
export function inputsOf(
  values: StrategyValues,
  currency: string,
): { inputs: StrategyInputs; problems: null } | { inputs: null; problems: Problems } {
  const problems: Problems = {};
  const amount = (field: 'costPerHour' | 'pricePerRead' | 'modelCost', whenEmpty: bigint | null) => {
    if (values[field].trim() === '') return whenEmpty;
    try {
      return parseMoney(values[field], currency).amountMinor;
    } catch (error) {
      problems[field] = error instanceof AppError ? error.message : 'Such as 1.10.';
      return whenEmpty;
    }
  };
  const number = (text: string) => (text.trim() === '' ? Number.NaN : Number(text));
  const parsed = strategyInputs.safeParse({
    cases: number(values.cases),
    needBy: values.needBy,
    budgetModel: BUDGET_MODELS.find((one) => one === values.budgetModel) ?? values.budgetModel,
    isForSubmission: values.isForSubmission,
    insideShareBasisPoints: Math.round(number(values.insideShare || '0') * 100),
    ownStaff: {
      people: number(values.people || '0'),
      hoursPerWeek: number(values.hoursPerWeek || '0'),
      costPerHourMinor: amount('costPerHour', 0n),
      readsPerHour: values.readsPerHour.trim() === '' ? null : number(values.readsPerHour),
      readyInDays: number(values.readyInDays || '0'),
    },
    model: values.hasModel
      ? {
          name: values.modelName,
          costPerCaseMinor: amount('modelCost', 0n),
          checked: number(values.checked || '0'),
          right: number(values.right || '0'),
        }
      : null,
    pricePerReadMinor: amount('pricePerRead', null),
  });
  for (const issue of parsed.error?.issues ?? []) {
    const field = FIELD_OF[issue.path.join('.')];
    if (field !== undefined && problems[field] === undefined)
      problems[field] = issue.code === 'invalid_type' ? 'Write a number.' : issue.message;
  }
  return parsed.success && Object.keys(problems).length === 0
    ? { inputs: parsed.data, problems: null }
    : { inputs: null, problems };
}
