/** A PDF begins with its mark, within the first kilobyte. */
export function isPdf(bytes: Uint8Array): boolean {
  return new TextDecoder('latin1').decode(bytes.subarray(0, 1024)).includes('%PDF-');
}

/** A file's name as it may stand in a header: letters, digits, points, dashes. */
export function safeName(name: string): string {
  const plain = name.replaceAll(/[^A-Za-z0-9._-]+/g, '-').slice(-80);
  return plain === '' || plain === '-' ? 'document' : plain;
}
