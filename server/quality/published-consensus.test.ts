import { describe, expect, it } from 'vitest';
import { classPosterior, evenConfusion, needsAnotherRead } from './adaptive-overlap.ts';
import { runConsensus } from './choose-consensus.ts';
import { glad } from './glad.ts';
import { readsOf } from './published-reads.fixture.ts';
import { buildRatingTable, inferCategories } from './rating-table.ts';
import { goldAccuracy, readSharedJson, readSharedReads } from './shared-data.fixture.ts';

// Consensus against reference programs, on every data set that is there.

type Fit = {
  readonly n_iter?: number;
  readonly log_likelihood?: number;
  readonly pred_counts: Readonly<Record<string, number>>;
};

const results = readSharedJson<{
  datasets: Readonly<Record<string, { readonly algorithms: Readonly<Record<string, Fit>> }>>;
}>('reference_results.json');

/** Names of the reference run: crowd-kit's, and an EM written for the purpose, to convergence (the oracle). */
const methods = [
  { name: 'MajorityVote', method: 'majority' },
  { name: 'Wawa', method: 'wawa' },
  { name: 'FastDS', method: 'dawid-skene' },
  { name: 'FastOneCoin', method: 'one-coin' },
] as const;

const fits = Object.entries(results?.datasets ?? {}).flatMap(([folder, { algorithms }]) =>
  methods.flatMap(({ name, method }) => {
    const fit = algorithms[name];
    // Of observer 1's three readings crowd-kit's Wawa counts equal ones once in the skill; here every read counts, as in the other methods.
    const isOther = folder === 'anaesthesia' && method === 'wawa';
    return fit === undefined || isOther ? [] : [{ folder, method, fit }];
  }),
);

describe.skipIf(results === null)('consensus of real reads against the reference programs', () => {
  it('covers every data set', () => expect(fits.length).toBe(7 * methods.length - 1));

  it.each(fits)('$method on $folder', ({ folder, method, fit }) => {
    const reads = readSharedReads(folder)!;
    const table = buildRatingTable(reads, { categories: inferCategories(reads), duplicates: 'keep' });
    const found = runConsensus(table, method);
    const counts = Object.fromEntries(
      table.categories.map((name, k) => [name, found.label.filter((label) => label === k).length]),
    );
    expect(counts).toEqual(fit.pred_counts);
    if (fit.log_likelihood !== undefined) expect(found.logLikelihood).toBeCloseTo(fit.log_likelihood, 3);
  });

  // Net votes d: read until one answer leads by d. With annotators of one accuracy p that is the posterior p^d / (p^d + q^d).
  it.each([
    { lead: 2, reads: 2.7825, accuracy: 0.895 },
    { lead: 3, reads: 4.3825, accuracy: 0.9112 },
  ])('reading rte in its order until one answer leads by $lead', ({ lead, reads, accuracy }) => {
    const given = readSharedReads('rte')!;
    const byItem = [...Map.groupBy(given, ({ item }) => item)];
    const confusion = evenConfusion(0.8, 2);
    const sure = 0.8 ** lead / (0.8 ** lead + 0.2 ** lead);
    const policy = { minimum: 1, maximum: 10, minConfidence: sure - 1e-9 };
    let nReads = 0;
    const labels = byItem.map(([, own]) => {
      let posterior: Float64Array = Float64Array.of(0.5, 0.5);
      let taken = 0;
      while (
        taken === 0 ||
        (taken < own.length &&
          needsAnotherRead({ nReads: taken, confidence: Math.max(...posterior) }, policy))
      ) {
        taken += 1;
        const answers = own.slice(0, taken).map(({ value }) => ({ confusion, answer: Number(value) }));
        posterior = classPosterior(answers, Float64Array.of(0.5, 0.5));
      }
      nReads += taken;
      // Without a lead the lower label.
      return Number(posterior[1]! > 0.5 + 1e-9);
    });
    expect(nReads / byItem.length).toBeCloseTo(reads, 4);
    const items = byItem.map(([item]) => item);
    expect(goldAccuracy('rte', items, Int32Array.from(labels))).toBeCloseTo(accuracy, 3);
  });
});

describe('GLAD on the toy example (crowd-kit’s published run)', () => {
  const rows = ['nyyyy', 'yynyn', '.ynyn', 'ynyyn', 'nnnyn'];
  const published = {
    ability: [-0.045833, 1.189965, 1.211067, 0.338454, 0.484081],
    logEase: [0.603827, 0.430318, 0.961418, 1.45972, 1.593626],
    yes: [0.880169, 0.913477, 0.001135, 0.999999, 0],
  };

  /** The model as the paper writes it: posterior of yes per task, and log-likelihood less both N(1, 1) penalties. */
  function model(ability: readonly number[], logEase: readonly number[]) {
    let objective = 0;
    for (const one of [...ability, ...logEase]) objective -= (one - 1) ** 2 / 2;
    const yes = logEase.map((ease, task) => {
      let [no, aye] = [0.5, 0.5];
      for (const [worker, row] of rows.entries()) {
        if (row[task] === '.') continue;
        const right = 1 / (1 + Math.exp(-ability[worker]! * Math.exp(ease)));
        no *= row[task] === 'n' ? right : 1 - right;
        aye *= row[task] === 'y' ? right : 1 - right;
      }
      objective += Math.log(no + aye);
      return aye / (no + aye);
    });
    return { objective, yes };
  }

  it('its parameters give its posteriors, and ours are at least as likely', () => {
    const theirs = model(published.ability, published.logEase);
    for (const [task, yes] of published.yes.entries()) expect(theirs.yes[task]).toBeCloseTo(yes, 5);
    const found = glad(buildRatingTable(readsOf(rows), { categories: ['n', 'y'] }), { tolerance: 1e-12 });
    const ours = model([...found.ability], [...found.ease].map(Math.log));
    for (const task of rows.keys()) expect(found.posterior[task * 2 + 1]).toBeCloseTo(ours.yes[task]!, 9);
    expect(ours.objective).toBeGreaterThanOrEqual(theirs.objective - 1e-6);
    expect([...found.label]).toEqual(published.yes.map(Math.round));
  });
});
