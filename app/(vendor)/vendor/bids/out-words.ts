/**
 * Which cases of a pilot are out, and why fewer reads come in than are planned; says nothing of which cases, nor whether they are gold (R21).
 * Of one that was given up nothing more comes in.
 */
export function outWords(cases: number, isGivenUp = false): string {
  if (cases === 0) return '';
  const [is, was] = cases === 1 ? ['1 case is', 'was'] : [`${cases.toLocaleString('en')} cases are`, 'were'];
  return ` ${is} shut for protected information or ${was} reported as unreadable${isGivenUp ? '' : ', so that fewer reads than planned may come in'}.`;
}
