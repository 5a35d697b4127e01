import type { IntendedUse } from '#server/projects/schemas.ts';
import { wilsonInterval } from '#server/quality/wilson-interval.ts';
import type { Mode, Model, Quality, Remark } from './schemas.ts';

export type ModeFacts = {
  intendedUse: IntendedUse;
  isForSubmission: boolean;
  model: Model | null;
  /** The highest accuracy that the project's quality policy asks for; what labels without people must be shown to reach. */
  leastAccuracy: number;
};

/** Fewer cases than this show nothing of a model. */
const LEAST_CHECKED = 30;
/** Where the policy names no accuracy. */
export const USUAL_ACCURACY = 0.9;

const FDA = 'FDA draft guidance on AI-enabled device software functions, January 2025';
const BIAS = 'Pre-labels overturned 7 % of pathologists’ correct judgements (arXiv 2603.11821, n = 28)';

/** What stands against each way of reading, from what the labels are for; the same facts give the same remarks in the same order. */
export function modeRemarks(facts: ModeFacts): Record<Mode, Remark[]> {
  return { human: humanRemarks(facts), hybrid: hybridRemarks(facts), automated: automatedRemarks(facts) };
}

/** What the model was right about, with Wilson's 95 % interval; null where it was not checked on enough cases (R8). */
export function modelQuality(model: Model | null): Quality | null {
  if (model === null || model.checked < LEAST_CHECKED) return null;
  const [lower, upper] = wilsonInterval(model.right, model.checked) ?? [0, 1];
  return {
    measure: 'accuracy',
    value: model.right / model.checked,
    lower,
    upper,
    n: model.checked,
    nUnit: 'cases with a known answer',
    says: 'As you counted it; Readroom has not checked the model.',
  };
}

function humanRemarks({ intendedUse, isForSubmission }: ModeFacts): Remark[] {
  const remarks: Remark[] = [];
  if (intendedUse === 'test_reference')
    remarks.push({
      code: 'independent_reads',
      message: 'Independent reads by people are what a test reference is made of.',
      source: 'R5',
      weight: 'for',
    });
  else if (isForSubmission)
    remarks.push({
      code: 'independent_reads',
      message: 'A submission is asked who read, how they were blinded, and how they were settled.',
      source: FDA,
      weight: 'for',
    });
  return remarks;
}

function hybridRemarks(facts: ModeFacts): Remark[] {
  const { intendedUse, isForSubmission, model } = facts;
  if (intendedUse === 'test_reference')
    return [
      {
        code: 'no_prelabels',
        message: 'A test reference is read without pre-labels.',
        source: 'R5',
        weight: 'blocks',
      },
    ];
  if (model === null)
    return [
      {
        code: 'no_model',
        message: 'You have named no model that could label the cases first.',
        source: 'Your figures',
        weight: 'blocks',
      },
    ];
  const remarks: Remark[] = [
    {
      code: 'assisted_reads',
      message:
        'Reads with a pre-label are marked, and their agreement is not comparable with independent reads.',
      source: 'R11',
      weight: 'against',
    },
    {
      code: 'confirmation_bias',
      message: 'People tend to follow a suggestion, a wrong one too. Keep a share of cases without it.',
      source: BIAS,
      weight: 'against',
    },
  ];
  if (modelQuality(model) === null)
    remarks.push({
      code: 'model_unmeasured',
      message: `Nobody knows how often ${model.name} is right: it was checked on ${model.checked} cases, and ${LEAST_CHECKED} are the least.`,
      source: 'R8',
      weight: 'against',
    });
  if (isForSubmission)
    remarks.push({
      code: 'submission_assisted',
      message:
        'The submission has to say that readers saw a model’s answer. Independent assessments are recommended.',
      source: FDA,
      weight: 'against',
    });
  if (intendedUse === 'training')
    remarks.push({
      code: 'training_assisted',
      message: 'For training data a model’s answer that a person checks is accepted practice.',
      source: 'R5, R11',
      weight: 'for',
    });
  return remarks;
}

function automatedRemarks(facts: ModeFacts): Remark[] {
  const { intendedUse, isForSubmission, model, leastAccuracy } = facts;
  const blocked = (code: string, message: string, source: string): Remark => ({
    code,
    message,
    source,
    weight: 'blocks',
  });
  const found: Remark[] = [];
  if (intendedUse === 'test_reference')
    found.push(
      blocked(
        'reference_by_people',
        'A test reference is read by people, and settled as the protocol says.',
        'R5',
      ),
    );
  if (intendedUse === 'post_market' || intendedUse === 'tuning')
    found.push(
      blocked(
        'circular',
        intendedUse === 'tuning'
          ? 'What a model is tuned by has to come from outside of models.'
          : 'A model’s labels cannot watch over a model: nothing would be found that it does not see.',
        'R5, R8',
      ),
    );
  if (isForSubmission)
    found.push(
      blocked(
        'submission_people',
        'A submission asks for the number and qualifications of the clinicians who read.',
        FDA,
      ),
    );
  if (model === null) return [...found, blocked('no_model', 'You have named no model.', 'Your figures')];
  const measured = modelQuality(model);
  if (measured === null)
    found.push(
      blocked(
        'model_unmeasured',
        `Without a reference there is no accuracy: ${model.name} was checked on ${model.checked} cases, and ${LEAST_CHECKED} are the least.`,
        'R8',
      ),
    );
  else if (measured.lower < leastAccuracy)
    found.push(
      blocked(
        'model_below',
        `${model.name} is shown to be right in ${percent(measured.lower)} at the least (95 % interval ${percent(measured.lower)}–${percent(measured.upper)}, n ${measured.n}); the project asks for ${percent(leastAccuracy)}.`,
        'R10',
      ),
    );
  if (found.length === 0)
    found.push({
      code: 'nobody_looks',
      message:
        'Nobody sees the cases: what protected health information or wrong images are among them stays unseen.',
      source: 'R24',
      weight: 'against',
    });
  return found;
}

const percent = (share: number) => `${(share * 100).toFixed(1)} %`;

/** Modes in the order in which they are preferred for a use, where several are possible, in time and within the budget. */
export const MODE_ORDER: Record<IntendedUse, readonly Mode[]> = {
  test_reference: ['human', 'hybrid', 'automated'],
  post_market: ['human', 'hybrid', 'automated'],
  tuning: ['human', 'hybrid', 'automated'],
  training: ['hybrid', 'human', 'automated'],
  research: ['automated', 'hybrid', 'human'],
};
