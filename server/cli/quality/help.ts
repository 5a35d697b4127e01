import { labelRule, missingWords } from './label-text.ts';
import { decimalGrammar } from './numbers.ts';

const input = `Input: CSV (RFC 4180, UTF-8; LF or CRLF), streamed. A bad file is named with line and column, exit code 2, nothing written.
With --json, stdout is one JSON object and nothing else; what is worth knowing about the file goes to stderr, and into "warnings".`;

const missing = `  --missing LIST     words that stand for "no answer", exactly as written; an empty label always does. Default:
                     ${missingWords.join(',')}   (--missing '' for none)`;

/** How to use each command; the first line of each is shown in the list of all. */
export const helpOf: Readonly<Record<string, string>> = {
  reliability: `reliability FILE.csv: every agreement coefficient, with intervals

FILE.csv has task,worker,label (further columns are ignored, or split by).

  --scale S          nominal (default), ordinal, interval, ratio
  --weights W        none (default), linear, quadratic: credit for near answers in kappas and AC
  --ci SHARE         coverage of the intervals, default 0.95
  --method M         analytic (default) or bootstrap: seeded, items resampled, for every coefficient
  --seed N           default 1          --resamples N   default 10000
  --categories LIST  the categories in their order; needed to order words, and for categories that nobody used
${missing}
  --duplicates RULE  several labels of one worker for one task: first (default), last, refuse. Agreement compares
                     people, so each has one answer (quality consensus counts every answer unless told otherwise);
                     how many were left out and which conflict is said
  --multi            a label is a set of labels: a|b; | alone is the answer "none". MASI and Jaccard alpha, and
                     each label by itself    --separator CHAR   default |
  --by COLUMN        the same for every value of a column
  --json             n_items, n_annotators, n_labels, scale, categories, prevalence, coefficients, per_category,
                     pairwise, and what was left out

${labelRule}
A number is ${decimalGrammar}.`,

  consensus: `consensus FILE.csv: one label per task, with its probability

FILE.csv has task,worker,label.

  --method M         auto (default: chosen by held-out gold, with the reason), majority, wawa, one-coin, dawid-skene,
                     mace, glad
  --gold FILE        task,label: measures the result (the methods do not see it)
  --anchor-gold      the method does see it (one-coin, dawid-skene, mace, glad); accuracy is then held out by fifths
  --out FILE         writes task,label,confidence,p_<category>…, whole or not at all
  --categories LIST  the categories in their order
${missing}
  --duplicates RULE  several labels of one worker for one task: keep (default: each is a read of its own, as Dawid and
                     Skene have it; quality reliability takes the first unless told otherwise), first, last, refuse
  --starts N         several starts, seeded, the likeliest is kept (one-coin, dawid-skene, mace)
  --smoothing D[,E]  pseudo-counts of right and of each wrong answer (dawid-skene, one-coin), e.g. 1,0.1
  --scale ordinal    dawid-skene: pseudo-counts that fall with the distance of levels (strength: --smoothing, default 1)
  --max-iterations N one-coin, dawid-skene, mace, glad
  --seed N           default 1
  --json             method, n_items, …, iterations, converged, log_likelihood, seconds, peak_rss_mb, gold, annotators

${labelRule}`,

  boxes: `boxes FILE.csv --gold FILE: boxes against gold boxes, by optimal matching

FILE.csv has image,worker,label,x1,y1,x2,y2, gold the same without worker. Four empty numbers say "looked at, nothing
found" (a gold row may have the image alone). Scored are the images that are in the gold and that the worker has a row for;
images without gold and gold images without a row of the worker are left out and counted.

  --iou SHARE        overlap at which two boxes match: above 0, at most 1, default 0.5
  --by COLUMN        the same for every value of a column
  --seed N           of the bootstrap interval of F1, default 1
  --json             per annotator tp, fp, fn, precision, recall, f1, mean_iou, label_accuracy`,

  spans: `spans FILE.csv --gold FILE: marked stretches of text against gold, and alpha for unitizing between annotators

FILE.csv has document,worker,label,start,end (whole numbers, end not included), gold the same without worker. Empty start and
end say "looked at, nothing found" (a gold row may have the document alone). Scored are the documents that are in the gold
and that the worker has a row for; the others are left out and counted.

  --by COLUMN        the same for every value of a column
  --json             per annotator exact, overlap and unit precision, recall, F1`,

  'sample-size': `sample-size --truth T --threshold B: how many gold cases decide, and how likely a plan is to decide

  --truth SHARE      the accuracy you believe in          --threshold SHARE  the bound that decides
  --power SHARE      default 0.8                          --ci SHARE         coverage, default 0.95
  --n N              the plan to judge, 1 to 100000       --direction D      at_least (default), at_most
  --json             n_needed (null with a reason), power_at_n, plan

Exact binomial sums of Wilson bounds, as the scorecard judges.`,

  overlap: `overlap --accuracy A: reads and accuracy to expect when reading stops as soon as the label is sure enough

  --accuracy SHARE   how often one annotator is right: more than guessing gives, 1/classes
  --classes N        default 2          --items N   default 1
  --min N --max N    bounds of the overlap, 1 to 100, default 2 and 5
  --confidence SHARE when a label is sure enough, default 0.95
  --json             expected_reads_per_item, expected_labels, expected_accuracy, unsure, fixed`,
};

/** Usage of one command, or of all. */
export function usageOf(name: string): string {
  const own = Object.hasOwn(helpOf, name) ? helpOf[name] : undefined;
  if (own !== undefined) return `Usage: npm run readroom -- quality ${own}\n\n${input}`;
  const all = Object.values(helpOf).map((help) => {
    const [first = ''] = help.split('\n');
    return `  ${first}`;
  });
  return `Usage: npm run readroom -- quality COMMAND …\n\n${all.join('\n')}\n\nquality COMMAND --help says more.\n${input}`;
}
