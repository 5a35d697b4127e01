type Because = 'too_few_reads' | 'after_settlement' | 'divided';

/** Why cases were left undecided, of one and of several; a test reference rests on what its protocol names, and on nothing less (R5). */
export const WHY_UNDECIDED: Record<Because, readonly [string, string]> = {
  too_few_reads: [
    'has fewer reads than the protocol of this test reference names.',
    'have fewer reads than the protocol of this test reference names.',
  ],
  after_settlement: [
    'came back when this test reference had settled, by an appeal or after a false alarm. Consensus, review and panel are not done again then, and nothing less decides a reference.',
    'came back when this test reference had settled, by an appeal or after a false alarm. Consensus, review and panel are not done again then, and nothing less decides a reference.',
  ],
  divided: [
    'has a field on which its readers were divided and that nobody decided.',
    'have a field on which their readers were divided and that nobody decided.',
  ],
};

/** How many of them are in a relabel batch already. */
export function readAgainWords({ cases, readAgain }: { cases: number; readAgain: number }): string {
  if (readAgain === 0) return '';
  if (readAgain < cases)
    return ` ${readAgain.toLocaleString('en')} of them ${readAgain === 1 ? 'is' : 'are'} in a relabel batch already.`;
  return cases === 1 ? ' It is in a relabel batch already.' : ' They are in a relabel batch already.';
}
