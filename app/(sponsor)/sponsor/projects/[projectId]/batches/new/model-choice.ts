import type { ModelFailure } from '#server/models/failure-schema.ts';
import type { ModelLine } from '#server/models/schemas.ts';

/** What a model got wrong, as the fields of a batch form hold it. */
export type ModelChoice = {
  modelId: string;
  modelField: string;
  /** Classes; empty is any. */
  missed: string;
  claimed: string;
  apartBy: string;
  sure: '' | 'at_least' | 'at_most';
  sureValue: string;
};

export const noModel: ModelChoice = {
  modelId: '',
  modelField: '',
  missed: '',
  claimed: '',
  apartBy: '',
  sure: '',
  sureValue: '',
};

/** The part of a filter that the fields ask for; null where no model is chosen. What is no number fails in the schema. */
export function toModelFailure(choice: ModelChoice): ModelFailure | null {
  const { modelId, modelField: field, missed, claimed, apartBy, sure, sureValue } = choice;
  if (modelId === '') return null;
  const numberOf = (text: string) => (text.trim() === '' ? Number.NaN : Number(text));
  return {
    modelId,
    field,
    ...(missed === '' ? {} : { missed }),
    ...(claimed === '' ? {} : { claimed }),
    ...(apartBy.trim() === '' ? {} : { byAtLeast: numberOf(apartBy) }),
    ...(sure === '' ? {} : { confidence: { is: sure, value: numberOf(sureValue) } }),
  };
}

type Linked = { modelId: string; field: string; missed?: string; claimed?: string };

/** What a link to the form says of a model (`modelFromUrl` reads it). */
export function modelParams({ modelId, field, missed, claimed }: Linked): Record<string, string> {
  return {
    model: modelId,
    modelField: field,
    ...(missed === undefined ? {} : { missed }),
    ...(claimed === undefined ? {} : { claimed }),
  };
}

/** The choice of a model that a link carries, where the project has it; what it does not answer is passed over. */
export function modelFromUrl(
  one: (name: string) => string,
  models: readonly ModelLine[],
): { model: ModelLine | undefined; choice: Partial<ModelChoice> } {
  const model = models.find((found) => found.id === one('model') && found.withdrawnAt === null);
  const field = model?.fields.find((found) => found.key === one('modelField')) ?? model?.fields[0];
  if (model === undefined || field === undefined) return { model: undefined, choice: {} };
  const classOf = (name: string) =>
    field.options.some((option) => option.value === one(name)) ? one(name) : '';
  return {
    model,
    choice: {
      modelId: model.id,
      modelField: field.key,
      missed: classOf('missed'),
      claimed: classOf('claimed'),
    },
  };
}
