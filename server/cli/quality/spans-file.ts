import { sortIds } from '#server/quality/rating-table.ts';
import type { Span } from '#server/quality/span-agreement.ts';
import { scanCsv } from './csv.ts';
import { OneAuthor } from './looked-at.ts';
import { CsvProblem, quoted } from './problem.ts';

/** What someone marked in each document that they looked at; no spans: looked, and found nothing. */
export type SpansByDocument = Map<string, Span[]>;

export type WorkerSpans = {
  readonly group: string;
  readonly worker: string;
  readonly documents: SpansByDocument;
};

/**
 * Reads document,worker,label,start,end into one entry per group and worker, in canonical order. A row without start and end says
 * that the worker looked at the document and found nothing. Throws `CsvProblem` with line and column for an empty id, a span that is
 * none, and a span beside "found nothing".
 */
export function readWorkerSpans(file: string, by: string | null): WorkerSpans[] {
  const workers = new Map<string, WorkerSpans>();
  const empty = new WeakSet<Span[]>();
  const columns = ['document', 'label', 'start', 'end', 'worker', ...(by === null ? [] : [by])];
  scanCsv(file, columns, ({ cells, line }) => {
    const worker = cells[4] ?? '';
    if (worker.trim() === '') throw new CsvProblem(file, line, 'worker', 'expected an id, found nothing');
    const group = cells[5] ?? '';
    const key = JSON.stringify([group, worker]);
    let own = workers.get(key);
    if (own === undefined) {
      own = { group, worker, documents: new Map() };
      workers.set(key, own);
    }
    addRow(file, line, cells, own.documents, empty);
  });
  const groups = sortIds([...new Set([...workers.values()].map(({ group }) => group))]);
  const ids = sortIds([...new Set([...workers.values()].map(({ worker }) => worker))]);
  return groups.flatMap((group) =>
    ids.flatMap((worker) => workers.get(JSON.stringify([group, worker])) ?? []),
  );
}

/** Reads the gold spans document,label,start,end; a row with the document alone says that there is nothing in it. */
export function readGoldSpans(file: string): SpansByDocument {
  const documents: SpansByDocument = new Map();
  const empty = new WeakSet<Span[]>();
  const author = new OneAuthor(file);
  scanCsv(file, ['document', 'label', 'start', 'end', 'worker?'], ({ cells, line }) => {
    author.check(cells[4] ?? '', line);
    addRow(file, line, cells, documents, empty);
  });
  return documents;
}

function addRow(
  file: string,
  line: number,
  cells: readonly string[],
  documents: SpansByDocument,
  empty: WeakSet<Span[]>,
): void {
  const document = cells[0] ?? '';
  if (document.trim() === '') throw new CsvProblem(file, line, 'document', 'expected an id, found nothing');
  let spans = documents.get(document);
  if (spans === undefined) {
    spans = [];
    documents.set(document, spans);
  }
  const span = parseSpan(file, line, cells);
  if ((span === null && spans.length > 0) || (span !== null && empty.has(spans))) {
    const message = 'expected spans or one row that says "nothing found" for a document, found both';
    throw new CsvProblem(file, line, 'start', message);
  }
  if (span === null) empty.add(spans);
  else spans.push(span);
}

/** The span of a row, null where start and end are empty. */
function parseSpan(file: string, line: number, cells: readonly string[]): Span | null {
  const [document = '', label = '', startText = '', endText = ''] = cells;
  if (startText.trim() === '' && endText.trim() === '') return null;
  if (label.trim() === '') throw new CsvProblem(file, line, 'label', 'expected a label, found nothing');
  const start = position(file, line, 'start', startText);
  const end = position(file, line, 'end', endText);
  if (end <= start) throw new CsvProblem(file, line, 'end', `expected more than the start, ${start}`);
  return { document, start, end, label };
}

const mostUnits = 1e12;

function position(file: string, line: number, column: string, text: string): number {
  const bare = text.trim();
  if (/^\d+$/.test(bare) && Number(bare) <= mostUnits) return Number(bare);
  throw new CsvProblem(
    file,
    line,
    column,
    `expected a whole number from 0 to ${mostUnits} (or start and end empty for "looked at, nothing found"); found ${quoted(text)}`,
  );
}
