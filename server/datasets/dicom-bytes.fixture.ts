const EXPLICIT = '1.2.840.10008.1.2.1';
const LONG = new Set(['OB', 'OW', 'SQ', 'UT', 'UN', 'UC', 'UR']);

type Encoding = { isBig: boolean; isExplicit: boolean };
type Parsed = { tag: string; vr: string; value: Buffer; length: number };
const made = new WeakMap<Buffer, Parsed>();

/** One element in explicit little endian; `length` may lie about the value. */
export function element(
  tag: string,
  vr: string,
  value: string | Buffer,
  lie: { length?: number } = {},
): Buffer {
  const raw = typeof value === 'string' ? Buffer.from(value, 'latin1') : value;
  const even = raw.byteLength % 2 === 0 ? raw : Buffer.concat([raw, Buffer.from(vr === 'UI' ? '\0' : ' ')]);
  const parsed = { tag, vr, value: even, length: lie.length ?? even.byteLength };
  const bytes = encode(parsed, { isBig: false, isExplicit: true });
  made.set(bytes, parsed);
  return bytes;
}

/** A sequence of items of elements, with the length of each said. */
export function sequence(tag: string, items: readonly (readonly Buffer[])[]): Buffer {
  const body = items.map((elements) => {
    const inside = Buffer.concat([...elements]);
    const head = Buffer.alloc(8);
    head.writeUInt16LE(0xfffe, 0);
    head.writeUInt16LE(0xe000, 2);
    head.writeUInt32LE(inside.byteLength, 4);
    return Buffer.concat([head, inside]);
  });
  return element(tag, 'SQ', Buffer.concat(body));
}

/** A whole file: preamble, mark, meta header, then the elements in the order of their tags in the transfer syntax asked for. */
export function dicomFile(
  elements: readonly Buffer[],
  how: { syntax?: string; preamble?: number; pack?: (bytes: Buffer) => Buffer } = {},
): Uint8Array {
  const syntax = how.syntax ?? EXPLICIT;
  const encoding = { isBig: syntax.endsWith('.1.2.2'), isExplicit: syntax !== '1.2.840.10008.1.2' };
  const sorted = [...elements].sort((a, b) =>
    (made.get(a)?.tag ?? 'z') < (made.get(b)?.tag ?? 'z') ? -1 : 1,
  );
  const body = Buffer.concat(
    sorted.map((one) => {
      const parsed = made.get(one);
      return parsed === undefined ? one : encode(parsed, encoding);
    }),
  );
  const meta = element('00020010', 'UI', syntax);
  return Uint8Array.from(
    Buffer.concat([
      Buffer.alloc(128, how.preamble ?? 0),
      Buffer.from('DICM'),
      element('00020000', 'UL', lengthOf(meta)),
      meta,
      how.pack ? how.pack(body) : body,
    ]),
  );
}

function lengthOf(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes.byteLength);
  return length;
}

function encode({ tag, vr, value, length }: Parsed, { isBig, isExplicit }: Encoding): Buffer {
  const number = (n: number, size: 2 | 4) => {
    const bytes = Buffer.alloc(size);
    if (isBig) bytes.writeUIntBE(n, 0, size);
    else bytes.writeUIntLE(n, 0, size);
    return bytes;
  };
  const u16 = (n: number) => number(n, 2);
  const u32 = (n: number) => number(n, 4);
  const group = [u16(Number.parseInt(tag.slice(0, 4), 16)), u16(Number.parseInt(tag.slice(4), 16))];
  if (!isExplicit) return Buffer.concat([...group, u32(length), value]);
  const head = LONG.has(vr) ? [Buffer.from(vr), u16(0), u32(length)] : [Buffer.from(vr), u16(length)];
  return Buffer.concat([...group, ...head, value]);
}
