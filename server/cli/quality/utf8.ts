/**
 * How many bytes there are before the first that is not UTF-8; all of them where there is none. A character that the end cuts off is not.
 *
 * @example validLength(Buffer.from([0x61, 0xe9, 0x62])) // 1
 */
export function validLength(bytes: Buffer): number {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  let length = 0;
  let from = 0;
  for (let at = text.indexOf('\ufffd'); at >= 0; at = text.indexOf('\ufffd', from)) {
    length += Buffer.byteLength(text.slice(from, at));
    // The replacement character may stand in the file itself.
    if (bytes[length] !== 0xef || bytes[length + 1] !== 0xbf || bytes[length + 2] !== 0xbd) return length;
    length += 3;
    from = at + 1;
  }
  return bytes.length;
}

/** The bytes at the end that begin a character and do not finish it, copied; the next piece of the file may. */
export function unfinishedBytes(bytes: Buffer): Buffer {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] as number;
    if (byte < 0x80) break;
    if (byte < 0xc0) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return length > back ? Buffer.from(bytes.subarray(bytes.length - back)) : none;
  }
  return none;
}

const none = Buffer.alloc(0);

/** What to say of a file whose text is not UTF-8, by the byte where it stops being so. */
export function notUtf8(bytes: Buffer, at: number): string {
  const [first, second] = bytes;
  const isUtf16 = at === 0 && ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff));
  if (isUtf16) return 'expected UTF-8 text; the file is UTF-16, save it as UTF-8';
  if (at + unfinishedBytes(bytes).length === bytes.length)
    return 'expected UTF-8 text; the file ends within a character';
  const found = `0x${bytes.toString('hex', at, at + 1).toUpperCase()}`;
  return `expected UTF-8 text; found the byte ${found} (save the file as UTF-8, not as Windows-1252 or Latin-1)`;
}
