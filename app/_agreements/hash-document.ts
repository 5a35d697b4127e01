/**
 * SHA-256 of the PDF as this browser receives it, so that the signature names the bytes the signer could see and not
 * what the page was told. Null where the browser offers no hashing (an address without TLS that is not this machine).
 */
export async function hashDocument(href: string): Promise<string | null> {
  if (!globalThis.crypto?.subtle) return null;
  const response = await fetch(href, { cache: 'no-store' });
  if (!response.ok) throw new Error('The document could not be loaded.');
  const digest = await crypto.subtle.digest('SHA-256', await response.arrayBuffer());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
