/** A path inside this app to go on to, or `/`; anything that could lead to another site is dropped. */
export function localPath(text: unknown): string {
  return typeof text === 'string' && /^\/(?![/\\])[^\s\\]*$/.test(text) ? text : '/';
}
