/** Why nothing is said of how often a model differs; `isTestHidden` where it answered test data and who looks is not shown figures of that. */
export function noFigureWords({ name, isTestHidden }: { name: string; isTestHidden: boolean }): string {
  return isTestHidden
    ? `${name} can’t be held against final labels here: outside of test data none of the cases that it answered has one, and figures of test data are not shown to your role.`
    : `${name} can’t be held against final labels yet: none of the cases that it answered has one.`;
}
