import type { Project } from '#server/projects/schemas.ts';
import { isBlockedBy, volumeOfMode } from './estimate.ts';
import { MODE_ORDER, modelQuality, modeRemarks, USUAL_ACCURACY } from './mode-rules.ts';
import {
  type MarketFigures,
  MODES,
  type Mode,
  type ModeView,
  type Quality,
  type StrategyInputs,
} from './schemas.ts';
import { optionsOf, recommendSource, type SourceFacts } from './source-rules.ts';

export type WeighFacts = {
  project: Pick<
    Project,
    'intendedUse' | 'dataClass' | 'qualityPolicy' | 'platformFeeBasisPoints' | 'budgetMinor' | 'currency'
  >;
  inputs: StrategyInputs;
  market: MarketFigures;
  ownQuality: Quality | null;
  marketQuality: Quality | null;
  today: string;
};

/**
 * Every way of reading with its three sources, what each costs, when it is done and what stands against it; and the one to
 * recommend. Pure: the same facts give the same answer.
 */
export function weigh(facts: WeighFacts): {
  modes: ModeView[];
  recommendedMode: Mode | null;
  modeReason: string;
} {
  const remarks = modeRemarks({
    intendedUse: facts.project.intendedUse,
    isForSubmission: facts.inputs.isForSubmission,
    model: facts.inputs.model,
    leastAccuracy: leastAccuracyOf(facts.project.qualityPolicy),
  });
  const modes = MODES.map((mode): ModeView => {
    const isBlocked = isBlockedBy(remarks[mode]);
    return mode === 'automated'
      ? { ...alone(facts), remarks: remarks[mode], isBlocked }
      : { ...withPeople(mode, facts), remarks: remarks[mode], isBlocked };
  });
  return { modes, ...recommendMode(modes, facts) };
}

/** The highest accuracy that the policy asks for. */
export function leastAccuracyOf(policy: Project['qualityPolicy']): number {
  const asked = policy.accuracy.map((one) => one.threshold);
  return asked.length === 0 ? USUAL_ACCURACY : Math.max(...asked);
}

function withPeople(mode: 'human' | 'hybrid', facts: WeighFacts): Omit<ModeView, 'remarks' | 'isBlocked'> {
  const of = sourceFactsOf(mode, facts);
  const options = optionsOf(of);
  const { source, reasons } = recommendSource(options, of);
  const best = options.find((one) => one.source === source);
  return {
    mode,
    options,
    recommended: source,
    reasons,
    cost: best?.cost ?? null,
    finishOn: best?.finishOn ?? null,
    quality: best?.quality[0] ?? null,
  };
}

/** A model alone: what it costs, done today, since a model needs no waiting for people. */
function alone({ inputs, today }: WeighFacts): Omit<ModeView, 'remarks' | 'isBlocked'> {
  const minor = inputs.model === null ? null : BigInt(inputs.cases) * inputs.model.costPerCaseMinor;
  return {
    mode: 'automated',
    options: [],
    recommended: null,
    reasons: [],
    cost: minor === null ? null : { low: minor, mid: minor, high: minor },
    finishOn: inputs.model === null ? null : today,
    quality: modelQuality(inputs.model),
  };
}

function sourceFactsOf(mode: Mode, facts: WeighFacts): SourceFacts {
  const { project, inputs, market } = facts;
  const { overlap, reviewShareBasisPoints } = project.qualityPolicy;
  return {
    volume: volumeOfMode(mode, {
      cases: inputs.cases,
      overlap,
      reviewShareBasisPoints,
      modelCostMinor: inputs.model?.costPerCaseMinor ?? 0n,
    }),
    // A model's answer is checked by one person.
    overlap: mode === 'human' ? overlap : 1,
    today: facts.today,
    feeBasisPoints: project.platformFeeBasisPoints,
    own: { ...inputs.ownStaff, quality: facts.ownQuality },
    insideShareBasisPoints: inputs.insideShareBasisPoints,
    needBy: inputs.needBy,
    market: { ...market, quality: facts.marketQuality },
    intendedUse: project.intendedUse,
    isForSubmission: inputs.isForSubmission,
    dataClass: project.dataClass,
    budgetModel: inputs.budgetModel,
    budgetMinor: project.budgetMinor,
    currency: project.currency,
    fittingVendors: market.fittingVendors,
    leadN: market.leadN,
  };
}

/** In the order of preference for the use: the first that is in time and within the budget, else the first that is possible. */
function recommendMode(
  modes: readonly ModeView[],
  facts: WeighFacts,
): { recommendedMode: Mode | null; modeReason: string } {
  const { intendedUse } = facts.project;
  const able = MODE_ORDER[intendedUse].flatMap((mode) => {
    const found = modes.find((one) => one.mode === mode);
    return found && !found.isBlocked && (mode === 'automated' || found.recommended !== null) ? [found] : [];
  });
  const [first] = able;
  if (first === undefined)
    return { recommendedMode: null, modeReason: 'Something stands in the way of each way of reading.' };
  const fits = able.find((one) => isFit(one, facts));
  const chosen = fits ?? first;
  const others =
    able.length === 1 ? 'it is the only one that nothing stands in the way of' : USE_REASON[intendedUse];
  const passedOver =
    chosen === first
      ? ''
      : ` ${MODE_NAMES[first.mode]} would be preferred, but is not shown to be in time and within the budget.`;
  return {
    recommendedMode: chosen.mode,
    modeReason: `${MODE_NAMES[chosen.mode]}: ${chosen === first ? others : 'it is in time and within the budget'}.${passedOver}`,
  };
}

function isFit(mode: ModeView, { project, inputs }: WeighFacts): boolean {
  const best = mode.options.find((one) => one.source === mode.recommended);
  if (best) return best.isInTime && best.isInBudget;
  return (
    mode.cost !== null &&
    mode.cost.mid <= project.budgetMinor &&
    mode.finishOn !== null &&
    mode.finishOn <= inputs.needBy
  );
}

const MODE_NAMES: Record<Mode, string> = {
  human: 'People alone',
  hybrid: 'A model first, a person on every case',
  automated: 'A model alone',
};

const USE_REASON: Record<Project['intendedUse'], string> = {
  test_reference: 'a test reference is read by people without pre-labels (R5)',
  post_market: 'what watches over a model has to come from outside of it',
  tuning: 'what a model is tuned by should not come from a model',
  training: 'for training data, checking a model’s answer is accepted and needs the fewest reads',
  research: 'for research, a model that was shown to be good enough needs no reads',
};
