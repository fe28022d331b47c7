/** A word as it stands in a text; offsets are UTF-16 code units. */
export interface Word {
  readonly surface: string;
  readonly start: number;
  readonly end: number;
}

/**
 * A dotted abbreviation (U.S.), a number with separators (20,000.5), or letters and digits, which an apostrophe of any
 * kind, a soft hyphen or a zero-width joiner may hold together.
 */
const WORD =
  /(?<![\p{L}\p{N}])(?:\p{L}\.){2,}(?:\p{L}(?![\p{L}\p{N}]))?|\p{Nd}+(?:[.,]\p{Nd}+)+|[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}\u00AD\u200B-\u200D\u2060]|['\u2018\u2019\u201B\u02B9`\u00B4\u2032\uFF07](?=\p{L}))*/gu;

/** Scripts that set no space between words. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}ー々]/u;
const RUN =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー々]+|[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]+|[^\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}ー々]+/gu;

const segmenters = new Map<string, Intl.Segmenter>();

function segmenterFor(language: string): Intl.Segmenter {
  const known = segmenters.get(language);
  if (known !== undefined) return known;
  const made = new Intl.Segmenter(language === '' ? 'und' : language, { granularity: 'word' });
  segmenters.set(language, made);
  return made;
}

/**
 * Segmenting takes time that grows with the square of the length (V8), so a longer run is taken in pieces. A piece ends
 * where its second last word does: the words after that may go on in the next piece.
 */
const LONGEST_PIECE = 400;
const LEFT_OVER = 2;

function* segments(run: string, offset: number, language: string): Generator<Word> {
  for (let from = 0; from < run.length;) {
    const piece = run.slice(from, endOfPiece(run, from));
    const isLast = from + piece.length === run.length;
    const found = [...segmenterFor(language).segment(piece)];
    const kept = isLast || found.length <= LEFT_OVER ? found : found.slice(0, -LEFT_OVER);
    for (const { segment, index, isWordLike } of kept) {
      const start = offset + from + index;
      if (isWordLike === true) yield { surface: segment, start, end: start + segment.length };
    }
    from += kept.reduce((length, { segment }) => length + segment.length, 0);
  }
}

/** Never between the halves of a surrogate pair. */
function endOfPiece(run: string, from: number): number {
  const end = from + LONGEST_PIECE;
  return run.codePointAt(end - 1) === run.charCodeAt(end - 1) ? end : end + 1;
}

function* pieces(word: string, offset: number, language: string): Generator<Word> {
  for (const { 0: run, index } of word.matchAll(RUN)) {
    const start = offset + index;
    if (UNSPACED.test(run)) yield* segments(run, start, language);
    else yield { surface: run, start, end: start + run.length };
  }
}

/** Calls `visit` for every word of a text in order; a callback, because this is the hot path of indexing. */
export function eachWord(text: string, language: string, visit: (surface: string, start: number) => void): void {
  const unspaced = UNSPACED.test(text);
  for (const { 0: word, index } of text.matchAll(WORD)) {
    if (!unspaced || !UNSPACED.test(word)) visit(word, index);
    else for (const piece of pieces(word, index, language)) visit(piece.surface, piece.start);
  }
}

/** Every word of a text in order. */
export function words(text: string, language: string): Word[] {
  const found: Word[] = [];
  eachWord(text, language, (surface, start) => found.push({ surface, start, end: start + surface.length }));
  return found;
}
