/** MurmurHash3's 32-bit finaliser (Appleby, public domain): a bijection of the 32-bit integers that mixes all bits. */
export function fmix32(value: number): number {
  let hash = value;
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  hash ^= hash >>> 16;
  return hash >>> 0;
}

/**
 * The `index`-th uniform number in [0, 1) of stream `stream`. A pure function of its arguments: results can be
 * recomputed in any order, on any machine, in any number of threads.
 *
 * @example counterUniform(1, 0, 20240607) // truth draw of the first item of the benchmark generator
 */
export function counterUniform(stream: number, index: number, seed: number): number {
  return fmix32((Math.imul(index, 0x9e3779b1) + Math.imul(stream, 0x7feb352d) + seed) | 0) / 4294967296;
}
