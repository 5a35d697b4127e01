import { parseArgs } from 'node:util';
import { type SpanAgreement, type SpanScore, spanAgreement } from '#server/quality/span-agreement.ts';
import { type Continuum, unitizingAlpha } from '#server/quality/unitizing-alpha.ts';
import { type Looked, lookedAt, lookedSentences, lookedToJson } from './looked-at.ts';
import { byColumn, namedFile, onlyFile, UsageProblem } from './options.ts';
import type { Output } from './output.ts';
import { axisTitle, decimal, onOneLine, printRows, strip } from './print.ts';
import { readGoldSpans, readWorkerSpans, type SpansByDocument, type WorkerSpans } from './spans-file.ts';

/**
 * `quality spans FILE.csv --gold FILE`: every worker's spans against the gold spans of the documents that are in the gold and that the
 * worker looked at: exact, by any overlap, and per unit, and alpha for unitizing between the workers. FILE has
 * document,worker,label,start,end (end not included), gold the same without worker; a row without start and end is "looked at, nothing
 * found". Returns the exit code.
 */
export function runSpans(argv: string[], output: Output): number {
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: {
      gold: { type: 'string' },
      by: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const file = onlyFile(positionals, 'quality spans FILE.csv --gold FILE');
  const goldFile = namedFile('--gold', values.gold);
  if (goldFile === null) throw new UsageProblem('Expected --gold FILE with document,label,start,end');
  const by = byColumn(values.by, ['document', 'worker', 'label', 'start', 'end']);
  const gold = readGoldSpans(goldFile);
  const workers = readWorkerSpans(file, by);
  const groups = [...new Set(workers.map(({ group }) => group))].map((value) =>
    groupOf(
      value,
      workers.filter(({ group }) => group === value),
      gold,
    ),
  );
  const looked = groups.flatMap(({ rows }) => rows.map((row) => row.looked));
  for (const sentence of lookedSentences(looked, 'document')) output.warn(sentence);
  if (values.json) output.line(JSON.stringify(toJson(groups, gold, workers, by)));
  else print(output, groups, by);
  return 0;
}

type Row = {
  readonly worker: string;
  readonly looked: Looked;
  readonly nSpans: number;
  readonly agreement: SpanAgreement;
};

type Group = {
  readonly value: string;
  readonly rows: readonly Row[];
  readonly between: ReturnType<typeof alphaBetween>;
};

function groupOf(value: string, workers: readonly WorkerSpans[], gold: SpansByDocument): Group {
  const rows = workers.map(({ worker, documents }) => {
    const looked = lookedAt(documents, gold);
    const own = looked.scored.flatMap((document) => documents.get(document) ?? []);
    const known = looked.scored.flatMap((document) => gold.get(document) ?? []);
    return { worker, looked, nSpans: own.length, agreement: spanAgreement(own, known) };
  });
  return { value, rows, between: alphaBetween(workers) };
}

/**
 * Alpha for unitizing between the annotators, on the documents that all of them looked at. A document is taken to end with the last
 * span in it, so that one in which nobody marked anything has no length and is left out.
 */
function alphaBetween(workers: readonly WorkerSpans[]) {
  const documents = new Set(workers.flatMap((worker) => [...worker.documents.keys()]));
  const continua: Continuum[] = [];
  let nNotAll = 0;
  let nUnmarked = 0;
  for (const document of documents) {
    const marks = workers.flatMap((worker) => {
      const own = worker.documents.get(document);
      return own === undefined ? [] : [own];
    });
    const end = marks.flat().reduce((last, span) => Math.max(last, span.end), 0);
    if (marks.length < workers.length) nNotAll += 1;
    else if (end === 0) nUnmarked += 1;
    else continua.push({ start: 0, end, marks });
  }
  const { overall, perCategory } = unitizingAlpha(continua);
  return {
    value: overall.value,
    reason: continua.length === 0 ? 'no_overlap' : overall.reason,
    n_items: continua.length,
    n_excluded: nNotAll + nUnmarked,
    excluded: { not_looked_at_by_all: nNotAll, nothing_marked: nUnmarked },
    n_spans: overall.n,
    per_category: Object.fromEntries(perCategory.map(({ category, alpha }) => [category, alpha.value])),
  };
}

function toJson(
  groups: readonly Group[],
  gold: SpansByDocument,
  workers: readonly WorkerSpans[],
  by: string | null,
) {
  const parts = groups.map(({ value, rows, between }) => ({
    value,
    krippendorff_alpha_u: between,
    annotators: rows.map(rowToJson),
  }));
  const [whole] = parts;
  return {
    n_gold: [...gold.values()].reduce((sum, spans) => sum + spans.length, 0),
    n_gold_documents: gold.size,
    n_annotators: new Set(workers.map(({ worker }) => worker)).size,
    ...(by === null
      ? { krippendorff_alpha_u: whole?.krippendorff_alpha_u, annotators: whole?.annotators }
      : { by: { column: by, groups: parts } }),
  };
}

function rowToJson({ worker, looked, nSpans, agreement }: Row) {
  const score = ({ precision, recall, f1, truePositives, falsePositives, falseNegatives }: SpanScore) => ({
    precision,
    recall,
    f1,
    tp: truePositives,
    fp: falsePositives,
    fn: falseNegatives,
    reason: f1 === null ? 'no_spans' : null,
  });
  return {
    annotator: worker,
    ...lookedToJson(looked, 'documents', 'spans'),
    n_spans: nSpans,
    exact: score(agreement.exact),
    overlap: score(agreement.overlap),
    unit: score(agreement.unit),
  };
}

function print(output: Output, groups: readonly Group[], by: string | null): void {
  for (const [index, { value, rows, between }] of groups.entries()) {
    if (by !== null) output.line(`${index === 0 ? '' : '\n'}${by} = ${onOneLine(value)}`);
    printRows(output, [
      ['annotator', 'exact F1', axisTitle(0), 'overlap F1', 'unit F1', 'spans', 'documents'],
      ...rows.map(({ worker, looked, nSpans, agreement }) => [
        worker,
        decimal(agreement.exact.f1),
        agreement.exact.f1 === null ? '  no_spans'.padEnd(32) : strip(agreement.exact.f1, null),
        decimal(agreement.overlap.f1),
        decimal(agreement.unit.f1),
        `${nSpans}`,
        `${looked.scored.length}`,
      ]),
    ]);
    const share = between.value === null ? `none (${between.reason})` : decimal(between.value);
    output.line(`\nBetween annotators: alpha_u ${share}, ${between.n_items} documents`);
  }
}
