/** One normaliser for papers and queries, both search engines and the yardstick that they are measured with. */
export { Bm25, bm25Weight, inverseDocumentFrequency, PINNED_BM25 } from './bm25.js';
export type { Bm25Parameters, Ranked, TermUse } from './bm25.js';
export { chunk } from './chunk.js';
export type { Chunk, ChunkOptions } from './chunk.js';
export { detectLanguage } from './detect.js';
export { clean, fold } from './fold.js';
export { highlight, MATCH_END, MATCH_START, withoutMatchMarks } from './highlight.js';
export { primaryLanguage } from './language.js';
export { mean, ndcgAt, recallAt, reciprocalRank } from './metrics.js';
export type { Gains } from './metrics.js';
export { parseQuery, SEARCH_FIELDS } from './query.js';
export type { FieldQuery, ParsedQuery } from './query.js';
export { queryTerms, terms, tokenize } from './tokenize.js';
export type { Token } from './tokenize.js';
