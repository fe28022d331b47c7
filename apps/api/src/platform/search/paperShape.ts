import { FIELDS } from './fields.js';
import type { Population } from './statistics.js';

type Lengths = Pick<Population, 'meanLengths'>;

const BODY = FIELDS.indexOf('body');
/** Mean number of terms in a body at which a collection is as much of short abstracts as of long papers. */
const MIDDLE_LENGTH = 200;
const EMPHASIS = 0.6;
const DOUBT = 5;

/** Mean number of terms in the bodies that the reader may read. */
export function meanBodyLength({ meanLengths }: Lengths): number {
  return meanLengths[BODY] ?? 0;
}

/**
 * How much what the reader may read is like a collection of short abstracts: near 1 for abstracts, near 0 for long papers.
 * Whatever differs between the two in the ranking goes by this number, without a step anywhere.
 */
export function shortness(lengths: Lengths): number {
  return 1 / (1 + (meanBodyLength(lengths) / MIDDLE_LENGTH) ** 2);
}

/** How often a word was counted in the papers that have it, fields weighted. */
interface WordUse {
  readonly weight: number;
  readonly papers: number;
}

/**
 * What finding a word is worth. A word that stands often in the papers that have it says what they are about; one that stands everywhere
 * once ("problem", "results") does not. Few papers prove little: their mean is taken with that of `DOUBT` papers which have it once. In long
 * papers every word repeats.
 */
export function worthOf(idf: number, { weight, papers }: WordUse, lengths: Lengths): number {
  const meanFrequency = (weight + DOUBT) / (papers + DOUBT);
  return idf * meanFrequency ** (EMPHASIS * shortness(lengths));
}
