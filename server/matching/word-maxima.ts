/**
 * The highest value in each word (32 people) of a column. A search for the best goes past a whole word when not even its highest
 * would come in, so that it looks closely at few, however many pass.
 */
export function maximaOf(column: Float32Array): Float32Array {
  const maxima = new Float32Array((column.length + 31) >>> 5);
  for (let word = 0; word < maxima.length; word += 1) maxima[word] = highestOf(column, word);
  return maxima;
}

/** Brings a place's word up to date after its value has changed. */
export function updateMaximum(maxima: Float32Array, column: Float32Array, place: number): void {
  const word = place >>> 5;
  maxima[word] = highestOf(column, word);
}

function highestOf(column: Float32Array, word: number): number {
  const end = Math.min(column.length, (word + 1) << 5);
  let highest = Number.NEGATIVE_INFINITY;
  for (let place = word << 5; place < end; place += 1) {
    const value = column[place] as number;
    if (value > highest) highest = value;
  }
  return highest;
}
