/** What is said above the list of what is wrong in a file, of so many lines, and what to do. */
export const rowWords = (lines: number, act: 'upload' | 'import') =>
  `The file has ${lines === 1 ? 'one problem' : `${lines.toLocaleString('en')} problems`}, listed below by line. Mend ${lines === 1 ? 'it' : 'them'} and ${act} the file again.`;
