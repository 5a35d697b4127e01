import { parseArgs } from 'node:util';
import { sortIds } from '#server/quality/rating-table.ts';
import {
  type Span,
  type SpanAgreement,
  type SpanScore,
  spanAgreement,
} from '#server/quality/span-agreement.ts';
import { type Continuum, unitizingAlpha } from '#server/quality/unitizing-alpha.ts';
import { CsvProblem, scanCsv } from './quality-csv.ts';
import { onlyFile, UsageProblem } from './quality-options.ts';
import { decimal, printRows, strip } from './quality-print.ts';

/**
 * `quality spans FILE.csv --gold FILE`: every worker's spans against the gold spans of the documents that worker annotated: exact, by any
 * overlap, and per unit, and alpha for unitizing between the workers. FILE has document,worker,label,start,end (end not included), gold the same without worker. Returns the exit code.
 */
export function runSpans(argv: string[]): number {
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: { gold: { type: 'string' }, json: { type: 'boolean', default: false } },
  });
  const file = onlyFile(positionals, 'quality spans FILE.csv --gold FILE');
  if (values.gold === undefined) throw new UsageProblem('Expected --gold FILE with document,label,start,end');
  const gold: Span[] = [];
  scanCsv(values.gold, ['document', 'label', 'start', 'end'], ({ cells, line }) => {
    gold.push(parseSpan(values.gold ?? '', line, cells));
  });
  const workers = new Map<string, Span[]>();
  scanCsv(file, ['document', 'label', 'start', 'end', 'worker'], ({ cells, line }) => {
    const worker = cells[4] ?? '';
    if (worker === '') throw new CsvProblem(file, line, 'worker', 'expected an id, found nothing');
    const own = workers.get(worker) ?? [];
    workers.set(worker, own);
    own.push(parseSpan(file, line, cells));
  });
  const rows = sortIds([...workers.keys()]).map((worker) => {
    const own = workers.get(worker) ?? [];
    const documents = new Set(own.map(({ document }) => document));
    const known = gold.filter(({ document }) => documents.has(document));
    return { worker, nDocuments: documents.size, nSpans: own.length, agreement: spanAgreement(own, known) };
  });
  const between = alphaBetween(workers);
  if (values.json)
    console.log(
      JSON.stringify({
        n_gold: gold.length,
        n_annotators: rows.length,
        krippendorff_alpha_u: between,
        annotators: rows.map(toJson),
      }),
    );
  else {
    printRows([
      ['annotator', 'exact F1', '0 … 1'.padEnd(32), 'overlap F1', 'unit F1', 'spans'],
      ...rows.map(({ worker, nSpans, agreement }) => [
        worker,
        decimal(agreement.exact.f1),
        strip(agreement.exact.f1, null),
        decimal(agreement.overlap.f1),
        decimal(agreement.unit.f1),
        `${nSpans}`,
      ]),
    ]);
    const { value, reason, n_items: items } = between;
    console.log(
      `\nBetween annotators: alpha_u ${value === null ? `none (${reason})` : decimal(value)}, ${items} documents`,
    );
  }
  return 0;
}

/**
 * Alpha for unitizing between the annotators, on the documents that all of them annotated. A document is taken to end with the last
 * span in it.
 */
function alphaBetween(workers: ReadonlyMap<string, readonly Span[]>) {
  const documents = new Map<string, Map<string, Span[]>>();
  for (const [worker, spans] of workers) {
    for (const span of spans) {
      const own = documents.get(span.document) ?? new Map<string, Span[]>();
      documents.set(span.document, own);
      const marks = own.get(worker) ?? [];
      own.set(worker, marks);
      marks.push(span);
    }
  }
  const continua: Continuum[] = [];
  for (const own of documents.values()) {
    if (own.size !== workers.size) continue;
    const marks = [...workers.keys()].map((worker) => own.get(worker) ?? []);
    continua.push({ start: 0, end: Math.max(...marks.flat().map((span) => span.end)), marks });
  }
  const { overall, perCategory } = unitizingAlpha(continua);
  return {
    value: overall.value,
    reason: continua.length === 0 ? 'no_overlap' : overall.reason,
    n_items: continua.length,
    n_excluded: documents.size - continua.length,
    n_spans: overall.n,
    per_category: Object.fromEntries(perCategory.map(({ category, alpha }) => [category, alpha.value])),
  };
}

type Row = {
  readonly worker: string;
  readonly nDocuments: number;
  readonly nSpans: number;
  readonly agreement: SpanAgreement;
};

function toJson({ worker, nDocuments, nSpans, agreement }: Row) {
  const score = ({ precision, recall, f1, truePositives, falsePositives, falseNegatives }: SpanScore) => ({
    precision,
    recall,
    f1,
    tp: truePositives,
    fp: falsePositives,
    fn: falseNegatives,
  });
  return {
    annotator: worker,
    n_documents: nDocuments,
    n_spans: nSpans,
    exact: score(agreement.exact),
    overlap: score(agreement.overlap),
    unit: score(agreement.unit),
  };
}

/** The longest span that is scored unit by unit. */
const longestSpan = 1_000_000;

function parseSpan(file: string, line: number, cells: readonly string[]): Span {
  const [document = '', label = '', startText = '', endText = ''] = cells;
  if (document === '') throw new CsvProblem(file, line, 'document', 'expected an id, found nothing');
  if (label === '') throw new CsvProblem(file, line, 'label', 'expected a label, found nothing');
  const start = position(file, line, 'start', startText);
  const end = position(file, line, 'end', endText);
  if (end <= start) throw new CsvProblem(file, line, 'end', `expected more than the start, ${start}`);
  if (end - start > longestSpan)
    throw new CsvProblem(file, line, 'end', `expected a span of at most ${longestSpan} units`);
  return { document, start, end, label };
}

function position(file: string, line: number, column: string, text: string): number {
  if (/^\d+$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
  throw new CsvProblem(
    file,
    line,
    column,
    `expected a whole number of at least 0; found ${JSON.stringify(text.slice(0, 40))}`,
  );
}
