/** Most of what a person hands in per credential, and how large each may be. */
export const DOCUMENT_LIMITS = { perCredential: 10, bytes: 8 * 1024 * 1024 } as const;

const starts = (bytes: Uint8Array, ...signature: number[]) =>
  signature.every((byte, at) => bytes[at] === byte);

/** What a file is by its first bytes, whatever its name says; null for anything but PDF, PNG and JPEG. */
export function documentType(bytes: Uint8Array): 'application/pdf' | 'image/png' | 'image/jpeg' | null {
  if (starts(bytes, 0x25, 0x50, 0x44, 0x46, 0x2d)) return 'application/pdf';
  if (starts(bytes, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return 'image/png';
  if (starts(bytes, 0xff, 0xd8, 0xff)) return 'image/jpeg';
  return null;
}

const ENDINGS = { 'application/pdf': '.pdf', 'image/png': '.png', 'image/jpeg': '.jpg' } as const;

/** A name that is safe in a header and on any disk, with the ending of what it is. */
export function documentName(given: string, type: keyof typeof ENDINGS): string {
  const bare = (given.split(/[\\/]/).at(-1) ?? '').replace(/\.[A-Za-z]{1,5}$/, '');
  const safe = bare
    .normalize('NFKD')
    .replaceAll(/[^A-Za-z0-9 _-]/g, '')
    .trim()
    .slice(0, 80);
  return `${safe || 'document'}${ENDINGS[type]}`;
}
