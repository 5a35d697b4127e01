/** The live batch whose detail is furthest behind, and how many lag too much; for the health page. */
export { findWorstLag } from './roll-up-queries.ts';
