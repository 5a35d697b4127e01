/** A path inside this app to go on to, or `/`; anything that could lead to another site is dropped. */
export function localPath(text: string | undefined): string {
  return text !== undefined && /^\/(?![/\\])[^\s\\]*$/.test(text) ? text : '/';
}
