/** Keeps a map that is filled in the order of asking to so many entries. */
export function forgetOldest(map: Map<string, unknown>, most: number): void {
  const oldest = map.keys().next().value;
  if (map.size > most && oldest !== undefined) map.delete(oldest);
}
