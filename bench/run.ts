import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { type Bench, type BenchResult, CutShort } from './result.ts';

const NOT_BENCHES = new Set(['run.ts', 'result.ts']);

function listBenches(): string[] {
  const files = readdirSync(import.meta.dirname).filter((file) => file.endsWith('.ts'));
  return files
    .filter((file) => !NOT_BENCHES.has(file) && !file.endsWith('.test.ts'))
    .map((file) => file.replace(/\.ts$/, ''));
}

/** Lines up columns: the first to the left, numbers to the right. */
function printTable(rows: readonly (readonly string[])[]): void {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  for (const row of rows) {
    const cells = row.map((cell, column) =>
      column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
    );
    console.log(`  ${cells.join('  ').trimEnd()}`);
  }
}

function print(result: BenchResult): void {
  console.log(`\n${result.name}`);
  const rows = result.cases.map((one) => [
    one.case,
    one.metric,
    `${one.value} ${one.unit}`,
    one.peer === null ? '' : `${one.peer} ${one.peerValue} ${one.unit}`,
    one.ratio === null ? '' : `×${one.ratio}`,
  ]);
  if (rows.length > 0) printTable([['case', 'metric', 'value', 'peer', 'ratio'], ...rows]);
  for (const { check, pass, detail } of result.checks) {
    console.log(`  ${pass ? '✓' : '✗'} ${check}${detail ? `: ${detail}` : ''}`);
  }
}

/** `npm run bench -- NAME [--quick] [--json]`; exit 1 when a check does not hold. */
async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: { quick: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const name = positionals[0] ?? '';
  const file = path.join(import.meta.dirname, `${name}.ts`);
  if (!listBenches().includes(name) || !existsSync(file)) {
    console.error(
      `Usage: npm run bench -- NAME [--quick] [--json], NAME one of: ${listBenches().join(', ')}`,
    );
    return 1;
  }
  const { run } = (await import(file)) as { run: Bench };
  const tell = (result: BenchResult) => (values.json ? console.log(JSON.stringify(result)) : print(result));
  const result = await run({ quick: values.quick }).catch((error: unknown) => {
    if (error instanceof CutShort) tell(error.result);
    throw error;
  });
  tell(result);
  return result.checks.every((check) => check.pass) ? 0 : 1;
}

process.exitCode = await main();
