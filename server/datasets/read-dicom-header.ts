import type { DataSet } from 'dicom-parser';

/** Headers are read up to here; a file's pixels come after them and are never looked at. */
export const HEADER_BYTES = 8 * 1024 * 1024;
const DEFLATED = '1.2.840.10008.1.2.1.99';
const PLAIN = '1.2.840.10008.1.2.1';
const PIXELS = 'x7fe00010';
const UNSAID_LENGTH = 0xff_ff_ff_ff;

/** A header that was read, or one sentence on why it was not; the sentence holds nothing of the file. */
export type DicomHeader =
  | {
      ok: true;
      dataSet: DataSet;
      /** The 128 bytes before the header hold something. */
      hasPreamble: boolean;
    }
  | { ok: false; message: string };

const refuse = (message: string): DicomHeader => ({ ok: false, message });

/**
 * Reads the header of a DICOM file (PS3.10) up to its pixels, in the browser as on a server: little and big endian, with
 * and without value representations, deflated. `bytes` are the first `HEADER_BYTES` of the file at most, `size` is the length of
 * the whole file. Never throws: what cannot be read comes back as a sentence that says why and what to do.
 */
export async function readDicomHeader(file: { bytes: Uint8Array; size: number }): Promise<DicomHeader> {
  const { bytes, size } = file;
  if (size === 0) return refuse('The file is empty. Choose the file as it left the archive.');
  if (!isPart10(bytes))
    return refuse(
      'This is no DICOM file: the mark DICM is not at its place. Export it as a DICOM file (PS3.10), with its meta header.',
    );
  // Loaded when the first file is looked at: few pages ever need it.
  const { default: parser } = await import('dicom-parser');
  const isCut = bytes.byteLength < size;
  try {
    const end = metaEnd(bytes);
    if (end === size)
      return refuse('The file has a meta header and nothing after it: it was cut off. Export it again.');
    const meta = parser.readPart10Header(bytes.subarray(0, end));
    const isDeflated = meta.string('x00020010') === DEFLATED;
    const dataSet = parser.parseDicom(isDeflated ? await inflate(bytes, end) : bytes, { untilTag: PIXELS });
    if (!isDeflated && endsEarly(dataSet, size))
      return refuse('The file ends before its pixels do: it was cut off. Export it again.');
    return { ok: true, dataSet, hasPreamble: bytes.subarray(0, 128).some((byte) => byte !== 0) };
  } catch {
    // What the parser throws can quote the file; the sentence must not.
    return refuse(isCut ? TOO_LONG : DAMAGED);
  }
}

const DAMAGED =
  'The header is damaged or the file was cut off: its elements do not add up. Export the file again.';

const TOO_LONG =
  'The header is longer than 8 MB or damaged, so it is not read. Export the file without embedded documents.';

function isPart10(bytes: Uint8Array): boolean {
  return [0x44, 0x49, 0x43, 0x4d].every((byte, index) => bytes[128 + index] === byte);
}

/** Where the meta header ends, by the length it gives first (PS3.10, 7.1); the end of the bytes when it gives none. */
function metaEnd(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const saysLength = bytes.byteLength > 144 && view.getUint32(132, true) === 0x00_00_00_02;
  return saysLength ? Math.min(bytes.byteLength, 144 + view.getUint32(140, true)) : bytes.byteLength;
}

/** Whether native pixels are shorter than their element says. Encapsulated ones do not say. */
function endsEarly(dataSet: DataSet, size: number): boolean {
  const pixels = dataSet.elements[PIXELS];
  if (pixels === undefined || pixels.length === UNSAID_LENGTH) return false;
  return pixels.dataOffset + pixels.length > size;
}

/**
 * A deflated data set after its meta header, inflated as far as headers are read: the pixels may be missing then, and a
 * small file that swells endlessly takes no more memory than any other. The meta header says of the result that it is plain.
 */
async function inflate(bytes: Uint8Array, position: number): Promise<Uint8Array> {
  const packed = new Blob([bytes.slice(position)]).stream();
  const reader = packed.pipeThrough(new DecompressionStream('deflate-raw')).getReader();
  const chunks: Uint8Array[] = [plainMeta(bytes.slice(0, position))];
  let total = position;
  while (total <= HEADER_BYTES) {
    // The end of a cut stream is an error; what came before it may hold the whole header.
    const next = await reader.read().catch(() => null);
    if (next === null || next.done) break;
    chunks.push(next.value);
    total += next.value.byteLength;
  }
  await reader.cancel().catch(() => undefined);
  const all = new Uint8Array(total);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.byteLength;
  }
  return all;
}

/** The meta header of a deflated file with the name of the same transfer syntax without deflation, which is its beginning. */
function plainMeta(meta: Uint8Array): Uint8Array {
  const at = new TextDecoder('latin1').decode(meta).indexOf(DEFLATED);
  meta.fill(0, at + PLAIN.length, at + DEFLATED.length);
  return meta;
}
