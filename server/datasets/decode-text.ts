import { AppError } from '#server/core/errors.ts';

const refuse = (reason: string, message: string, line?: number) =>
  new AppError({
    kind: 'invalid',
    reason,
    message,
    details: [{ code: reason, message, ...(line === undefined ? {} : { line }) }],
  });

/**
 * The text of an uploaded file. Only UTF-8 is taken (with or without a byte order mark); anything else is refused with
 * the line and byte where it stops being UTF-8, so that a wrong encoding never becomes wrong letters in a report.
 */
export function decodeText(bytes: Uint8Array): string {
  if (bytes.byteLength === 0) {
    throw refuse('file_empty', 'The file is empty. Upload a file with a header line and at least one case.');
  }
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    throw refuse('file_encoding', 'The file is UTF-16. Save it as UTF-8 and upload it again.', 1);
  }
  const zero = bytes.indexOf(0);
  if (zero >= 0) {
    const line = lineOf(bytes, zero);
    throw refuse(
      'file_binary',
      `The file is not a text file (a zero byte in line ${line}). Upload CSV or JSONL in UTF-8.`,
      line,
    );
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const at = firstInvalidByte(bytes);
    const line = lineOf(bytes, at);
    throw refuse(
      'file_encoding',
      `The file is not UTF-8: byte ${at + 1}, in line ${line}, is no letter. Save it as UTF-8 (not Latin-1 or Windows-1252) and upload it again.`,
      line,
    );
  }
}

/** 1-based line that holds the byte at `offset`. */
function lineOf(bytes: Uint8Array, offset: number): number {
  let line = 1;
  for (let i = bytes.indexOf(0x0a); i >= 0 && i < offset; i = bytes.indexOf(0x0a, i + 1)) line += 1;
  return line;
}

/** Offset of the first byte that is not part of valid UTF-8: the longest prefix that decodes, by bisection. */
function firstInvalidByte(bytes: Uint8Array): number {
  let good = 0;
  let bad = bytes.byteLength;
  while (bad - good > 1) {
    const middle = (good + bad) >>> 1;
    try {
      // With `stream` an unfinished letter at the cut is no error, so validity is monotonic in the length.
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, middle), { stream: true });
      good = middle;
    } catch {
      bad = middle;
    }
  }
  return good;
}
