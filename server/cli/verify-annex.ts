import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { openDatabase } from '#db/client.ts';
import { env } from '#server/env.ts';
import { checkAnnex, readAnnex } from '#server/pilots/annex.ts';
import { findAnnexRecord } from '#server/pilots/find-annex-record.ts';

export const VERIFY_ANNEX_USAGE = `npm run readroom -- verify-annex ANNEX.json [ANNEX.pdf] [--json]

Checks the signed record of a pilot against this installation: that the files are the ones whose hashes were kept with the
signature, that the signer and the time are those, and that the scorecard is unchanged. Exit 0 when all holds, 1 when not.`;

/** `verify-annex`: every claim of an annex's files, one line each. */
export async function runVerifyAnnex(argv: readonly string[]): Promise<number> {
  const { files, json, wrong } = optionsOf(argv);
  const [jsonFile, pdfFile, more] = files;
  if (wrong !== null || jsonFile === undefined || more !== undefined) {
    console.error(
      `${wrong ?? 'Name the annex’s .json file, and its .pdf file if you have it.'}\n\n${VERIFY_ANNEX_USAGE}`,
    );
    return 2;
  }
  const bytes = await bytesOf(jsonFile);
  const pdf = pdfFile === undefined ? null : await bytesOf(pdfFile);
  if (bytes === null || (pdf === null && pdfFile !== undefined)) {
    console.error(`${bytes === null ? jsonFile : pdfFile} cannot be read. Is the name right?`);
    return 2;
  }
  const read = readAnnex(bytes);
  if ('problem' in read) {
    console.error(`${jsonFile}: ${read.problem}`);
    return 1;
  }
  const { db, close } = openDatabase(env().DATABASE_URL, { max: 1, name: 'readroom-verify-annex' });
  try {
    const record = await findAnnexRecord(db, read.document.signature.signatureId);
    const checks = checkAnnex({ json: bytes, pdf, document: read.document, record });
    const holds = checks.every((check) => check.holds);
    if (json) console.log(JSON.stringify({ holds, checks }));
    else {
      for (const check of checks) console.log(`${check.holds ? 'holds' : 'FAILS'}  ${check.says}`);
      console.log(holds ? '\nThis is the signed record.' : '\nThis is not the signed record.');
    }
    return holds ? 0 : 1;
  } finally {
    await close();
  }
}

function optionsOf(argv: readonly string[]): { files: string[]; json: boolean; wrong: string | null } {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: { json: { type: 'boolean' } },
    });
    return { files: positionals, json: values.json ?? false, wrong: null };
  } catch (error) {
    return { files: [], json: false, wrong: error instanceof Error ? error.message : String(error) };
  }
}

async function bytesOf(file: string): Promise<Uint8Array | null> {
  try {
    return new Uint8Array(await readFile(resolve(process.env.INIT_CWD ?? process.cwd(), file)));
  } catch {
    return null;
  }
}
