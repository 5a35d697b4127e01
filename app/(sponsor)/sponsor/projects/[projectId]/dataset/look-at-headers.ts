import { dicomHints, type HeaderHint, sumHints } from '#server/datasets/dicom-hints.ts';
import { HEADER_BYTES, readDicomHeader } from '#server/datasets/read-dicom-header.ts';
import type { HeaderCheck } from '#server/datasets/schemas.ts';
import { headerHintWords } from './header-words.ts';
import type { IdentifierHint } from './safe-harbor-checklist.tsx';

export type HeaderLook = {
  check: HeaderCheck;
  hints: IdentifierHint[];
  /** Files that could not be read, each with why. */
  refused: { name: string; message: string }[];
};

/** More are not looked at in one go: a sample of each machine and kind says as much. */
export const FILES_AT_ONCE = 500;

/**
 * Looks at the headers of DICOM files on this computer: only their first bytes are read, and nothing of them is sent. `onFile`
 * hears how many are done.
 */
export async function lookAtHeaders(
  files: readonly File[],
  onFile: (done: number) => void,
): Promise<HeaderLook> {
  const found: HeaderHint[][] = [];
  const refused: HeaderLook['refused'] = [];
  for (const [index, file] of files.slice(0, FILES_AT_ONCE).entries()) {
    const bytes = new Uint8Array(await file.slice(0, HEADER_BYTES).arrayBuffer());
    const header = await readDicomHeader({ bytes, size: file.size });
    if (header.ok) found.push(dicomHints(header));
    else refused.push({ name: file.name, message: header.message });
    onFile(index + 1);
  }
  const sums = sumHints(found);
  return {
    check: {
      files: found.length,
      refused: refused.length,
      found: sums.slice(0, 1000).map(({ item, tag, finding, files: count }) => ({
        item,
        tag,
        finding,
        files: count,
      })),
    },
    hints: sums.map((hint) => ({ item: hint.item, message: headerHintWords(hint, found.length) })),
    refused,
  };
}
