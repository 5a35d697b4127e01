/** What the form of an exam or training asks the server for: gold cases only, in full view of the scoring. */
export function examInput(values: {
  projectId: string;
  kind: 'exam' | 'training';
  name: string;
  datasetId: string;
  cases: string;
  people: string;
  /** Per cent. */
  level: string;
  pricePerReadMinor: bigint;
  /** The general exam of which it is a sitting; its level and price hold then. */
  generalExamId?: string | undefined;
}) {
  const whole = (text: string) => Number(text.trim() || 'x');
  return {
    projectId: values.projectId,
    datasetId: values.datasetId,
    name: values.name,
    kind: values.kind,
    filter: { gold: 'only' as const },
    caseLimit: whole(values.cases),
    // Everybody reads every case, so as many reads a case as people.
    overlap: whole(values.people),
    goldMode: 'embedded' as const,
    reviewShareBasisPoints: 0,
    isAdjudicated: false,
    assisted: false,
    pricePerReadMinor: values.pricePerReadMinor,
    ...(values.generalExamId === undefined ? {} : { generalExamId: values.generalExamId }),
    ...(values.kind === 'exam' && values.generalExamId === undefined
      ? { claimRules: { passLevelBasisPoints: Math.round(whole(values.level) * 100) } }
      : {}),
  };
}
