import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Read } from './rating-table.ts';

/** The folder of real reads that stands beside a checkout; it is not shipped with the product. */
export const sharedDataFolder =
  process.env.READROOM_SHARED_DATA ?? resolve(import.meta.dirname, '../../../shared/data');

/** The lines of a simple CSV of the shared data as cells, without its header; null when the file is not there. */
export function readSharedCsv(path: string): string[][] | null {
  const file = join(sharedDataFolder, path);
  if (!existsSync(file)) return null;
  const lines = readFileSync(file, 'utf8').trim().split(/\r?\n/);
  return lines.slice(1).map((line) => line.split(','));
}

/** A JSON file of the shared data; null when it is not there. */
export function readSharedJson<Content>(path: string): Content | null {
  const file = join(sharedDataFolder, path);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Content) : null;
}

/** The reads of one shared data set; null when the folder is not there (the tests that need it then say so and skip). */
export function readSharedReads(folder: string): Read[] | null {
  const rows = readSharedCsv(`${folder}/labels.csv`);
  return rows?.map(([item = '', rater = '', value = '']) => ({ item, rater, value })) ?? null;
}

/** Share of the gold items of a shared data set that `label` (category index per item of `items`) gets right. */
export function goldAccuracy(folder: string, items: readonly string[], label: Int32Array): number {
  const gold = readSharedCsv(`${folder}/gold.csv`) ?? [];
  const position = new Map(items.map((item, index) => [item, index]));
  const hits = gold.filter(([item = '', truth]) => label[position.get(item) ?? -1] === Number(truth));
  return hits.length / gold.length;
}
