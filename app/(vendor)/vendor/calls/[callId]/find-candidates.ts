/** Somebody of the vendor who could be named in a bid. */
export type Candidate = {
  personId: string;
  name: string;
  credentials: string;
  /** The vendor's teams that they are in. */
  teamIds: readonly string[];
};

/** Who is found by a text in their name or credentials and, where one is chosen, in a team. */
export function findCandidates(
  people: readonly Candidate[],
  by: { text: string; teamId: string | null },
): Candidate[] {
  const wanted = by.text.trim().toLocaleLowerCase();
  return people.filter(
    ({ name, credentials, teamIds }) =>
      (by.teamId === null || teamIds.includes(by.teamId)) &&
      (name.toLocaleLowerCase().includes(wanted) || credentials.toLocaleLowerCase().includes(wanted)),
  );
}
