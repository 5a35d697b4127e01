import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';
import { ROOT } from './paths.mjs';

// The import ladder: app → server/routers → server/<domain> → db → server/core. See docs/decisions and the
// READMEs of the rooms. Exit 1 with one line for each import that climbs it.

const FOLDERS = ['app', 'server', 'db', 'e2e', 'bench'];
const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s+(type\s+)?(?:[^'"`;]*?\sfrom\s+)?['"]([^'"\n]+)['"]|\bimport\(\s*['"]([^'"\n]+)['"]\s*\)/g;
/** The tables of the authorisation matrix: one file per router, read by its test alone. */
const MATRIX = /^server\/routers\/([a-z-]+-)?authorisation(-[a-z]+)*\.ts$/;
const TOOL = /^(e2e|bench|server\/cli|db\/(cli|seed|testing))\/|\.test\.tsx?$/;
/** What a domain offers to other domains, besides its commands. */
const OFFERED = new Set(['rules.ts', 'schemas.ts', 'reads.ts']);
/** Parts of a domain that are its own affair, whatever folder they are in. */
const PRIVATE = /^(queries|jobs)\.ts$|^[^/]*-queries\.ts$/;
/** Between the database and the domains: what every command stands on. */
const SPINE = /^(server\/(command\/|[a-z-]+\.ts$|jobs\/job\.ts$)|db\/errors\.ts$)/;
/** Puts the whole together, so it may see the jobs of every domain. */
const COMPOSITION = /^server\/jobs\/(registry|worker|run-jobs)\.ts$/;

/**
 * @typedef {'core' | 'db' | 'spine' | 'quality' | 'domain' | 'routers' | 'app' | 'top' | 'other'} Layer
 * @param {string} file relative to the clone
 * @returns {Layer}
 */
function layerOf(file) {
  if (TOOL.test(file) || MATRIX.test(file) || COMPOSITION.test(file)) return 'top';
  if (file.startsWith('server/core/')) return 'core';
  if (SPINE.test(file)) return 'spine';
  if (file.startsWith('db/')) return 'db';
  if (file.startsWith('server/quality/')) return 'quality';
  if (file.startsWith('server/routers/')) return 'routers';
  if (file.startsWith('server/')) return 'domain';
  return file.startsWith('app/') ? 'app' : 'other';
}

/** The layers that a layer may import, itself included. @type {Record<Layer, Layer[]>} */
const MAY_IMPORT = {
  core: ['core'],
  db: ['db', 'spine', 'core'],
  spine: ['spine', 'db', 'core'],
  quality: ['quality', 'core'],
  domain: ['domain', 'quality', 'spine', 'db', 'core'],
  routers: ['routers', 'domain', 'quality', 'spine', 'core'],
  app: ['app', 'routers', 'domain', 'quality', 'spine', 'core'],
  top: ['core', 'db', 'spine', 'quality', 'domain', 'routers', 'app', 'top', 'other'],
  other: ['core', 'db', 'spine', 'quality', 'domain', 'routers', 'app', 'top', 'other'],
};

/** @param {string} file */
const domainOf = (file) => file.split('/')[1] ?? '';

/**
 * Why this import is not allowed, or null.
 * @param {string} from the importing file
 * @param {string} specifier as written
 * @param {boolean} isType
 * @returns {string | null}
 */
export function judgeImport(from, specifier, isType) {
  if (specifier.startsWith('../'))
    return 'write it as #app/…, #server/… or #db/… instead of climbing folders';
  const isOwn = specifier.startsWith('./');
  if (!isOwn && !specifier.startsWith('#')) return null;
  const target = isOwn ? posix.join(posix.dirname(from), specifier) : specifier.slice(1);
  const [lower, upper] = [layerOf(target), layerOf(from)];
  if (upper === 'top') return null;
  if (/\.test\.tsx?$/.test(target) || /^db\/testing\//.test(target))
    return 'only tests may import what is for tests';
  if (!MAY_IMPORT[upper].includes(lower)) {
    // A type leaves no import behind; the database's types may be named where its tables may not be read.
    if (isType && lower === 'db' && (upper === 'routers' || upper === 'app')) return null;
    return `${upper} may not import ${lower} (${target})`;
  }
  if (lower !== 'domain') return null;
  const file = target.split('/').slice(2).join('/');
  if (upper === 'domain' && domainOf(from) === domainOf(target)) return null;
  if (PRIVATE.test(file))
    return `${target} is private to its domain; use its commands, rules, schemas or reads`;
  if (upper !== 'domain' || OFFERED.has(file) || /^[a-z]+(-[a-z0-9]+)+\.ts$/.test(file) || isType)
    return null;
  return `${target} is not offered to other domains; they may use commands (verb-noun.ts), rules.ts, schemas.ts, reads.ts`;
}

/** @param {string} text @returns {{ specifier: string, isType: boolean, line: number }[]} */
export function listImports(text) {
  // Comments are blanked, not removed, so that line numbers stay right.
  const code = text.replace(/\/\*[\s\S]*?\*\/|(?<=^|\n)\s*\/\/[^\n]*/g, (comment) =>
    comment.replace(/[^\n]/g, ' '),
  );
  return [...code.matchAll(IMPORT)].map((match) => ({
    specifier: match[2] ?? match[3] ?? '',
    isType: Boolean(match[1]),
    line: code.slice(0, (match.index ?? 0) + match[0].length).split('\n').length,
  }));
}

/** @param {string} folder @returns {string[]} */
function listSources(folder) {
  try {
    const entries = readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
      .map((entry) => relative(ROOT, join(entry.parentPath ?? dirname(entry.path), entry.name)));
  } catch {
    return [];
  }
}

function main() {
  let count = 0;
  for (const file of FOLDERS.flatMap(listSources).sort()) {
    for (const { specifier, isType, line } of listImports(readFileSync(join(ROOT, file), 'utf8'))) {
      const reason = judgeImport(file, specifier, isType);
      if (reason === null) continue;
      count += 1;
      console.error(`${file}:${line}  ${specifier}\n  ${reason}`);
    }
  }
  if (count > 0) console.error(`\n${count} imports break the ladder.`);
  return count > 0 ? 1 : 0;
}

if (process.argv[1] && import.meta.url === new URL(`file://${process.argv[1]}`).href)
  process.exitCode = main();
