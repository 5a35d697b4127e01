/** Whether its vendor has given it up and it waits for its scorecard. */
export const isGivenUp = ({ abandoned, status }: { status: string; abandoned: object | null }): boolean =>
  abandoned !== null && (status === 'ordered' || status === 'reading');
