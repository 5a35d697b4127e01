import { documentType } from '#server/credentials/document-rules.ts';

/** Largest file of a sample. */
export const SAMPLE_BYTES = 20 * 1024 * 1024;

const TEXTS: Readonly<Record<string, string>> = {
  csv: 'text/csv',
  json: 'application/json',
  txt: 'text/plain',
};

/**
 * What the file of a sample is: PDF, PNG and JPEG by their first bytes, CSV, JSON and text by their ending where every byte
 * of them is text; null for anything else, which is not taken.
 */
export function sampleType(bytes: Uint8Array, fileName: string): string | null {
  const known = documentType(bytes);
  if (known !== null) return known;
  const ending = fileName.toLowerCase().split('.').at(-1) ?? '';
  return isText(bytes) ? (TEXTS[ending] ?? null) : null;
}

function isText(bytes: Uint8Array): boolean {
  if (bytes.includes(0)) return false;
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}
