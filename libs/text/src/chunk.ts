/** A part of a paper that is indexed and shown as one passage; `text` is `body.slice(start, end)`. */
export interface Chunk {
  readonly ordinal: number;
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly words: number;
}

/** `words` is what a chunk aims at (¾ to 5⁄4 of it come out), `overlap` what it repeats of the chunk before. */
export interface ChunkOptions {
  readonly words: number;
  readonly overlap: number;
}

interface Unit {
  readonly start: number;
  readonly end: number;
  readonly words: number;
  /** A block ends with this unit. */
  readonly closesBlock: boolean;
}

const BLOCK = /(?:(?!\n[^\S\n]*\n)[\s\S])+/gu;
const SENTENCE = /[\s\S]*?(?:[.!?…؟۔।]["'”’»)\]]*(?=\s)|[。！？]["”’」』）]*|$)/gu;
const SPACED_WORD = /\S+/gu;
const UNSPACED_LETTER =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/gu;
/** Letters that make about one word where no space stands between words. */
const LETTERS_A_WORD = 2;

function wordsIn(text: string): number {
  const unspaced = text.match(UNSPACED_LETTER)?.length ?? 0;
  return (text.match(SPACED_WORD)?.length ?? 0) + Math.floor(unspaced / LETTERS_A_WORD);
}

function trimmed(body: string, start: number, end: number): { start: number; end: number } {
  const text = body.slice(start, end);
  return { start: start + (text.length - text.trimStart().length), end: end - (text.length - text.trimEnd().length) };
}

/** Cuts a sentence that is longer than a whole chunk: at spaces, else after a fixed number of letters. */
function* cut(body: string, start: number, end: number, limit: number): Generator<{ start: number; end: number }> {
  const piece = new RegExp(`(?:\\s*\\S{1,${String(limit * LETTERS_A_WORD)}}){1,${String(limit)}}`, 'gu');
  for (const { 0: text, index } of body.slice(start, end).matchAll(piece)) {
    yield* shorter(body, start + index, start + index + text.length, limit);
  }
}

function* shorter(body: string, start: number, end: number, limit: number): Generator<{ start: number; end: number }> {
  const letters = limit * LETTERS_A_WORD;
  if (wordsIn(body.slice(start, end)) <= limit + 1 || end - start <= letters) yield { start, end };
  else for (let from = start; from < end; from += letters) yield { start: from, end: Math.min(end, from + letters) };
}

function* sentences(body: string, block: { start: number; end: number }, limit: number): Generator<Unit> {
  const parts: { start: number; end: number }[] = [];
  for (const { 0: text, index } of body.slice(block.start, block.end).matchAll(SENTENCE)) {
    const part = trimmed(body, block.start + index, block.start + index + text.length);
    if (part.end <= part.start) continue;
    if (wordsIn(body.slice(part.start, part.end)) <= limit) parts.push(part);
    else parts.push(...cut(body, part.start, part.end, limit));
  }
  for (const [at, part] of parts.entries()) {
    yield { ...part, words: wordsIn(body.slice(part.start, part.end)), closesBlock: at === parts.length - 1 };
  }
}

function unitsOf(body: string, limit: number): Unit[] {
  const units: Unit[] = [];
  for (const { 0: text, index } of body.matchAll(BLOCK)) {
    const block = trimmed(body, index, index + text.length);
    if (block.end > block.start) units.push(...sentences(body, block, limit));
  }
  return units;
}

const total = (units: readonly Unit[]): number => units.reduce((sum, unit) => sum + unit.words, 0);

/** The last units that together have no more than `words` words. */
function tail(units: readonly Unit[], words: number): Unit[] {
  let from = units.length;
  let sum = 0;
  while (from > 1 && sum + (units[from - 1]?.words ?? 0) <= words) {
    from -= 1;
    sum += units[from]?.words ?? 0;
  }
  return units.slice(from);
}

function chunkOf(body: string, units: readonly Unit[], ordinal: number): Chunk {
  const start = units[0]?.start ?? 0;
  const end = units.at(-1)?.end ?? 0;
  return { ordinal, text: body.slice(start, end), start, end, words: total(units) };
}

/**
 * Cuts a body (blocks between blank lines) into overlapping chunks, at block borders where one is near, else at the end
 * of a sentence. Every word of the body stands in at least one chunk.
 */
export function chunk(body: string, { words, overlap }: ChunkOptions = { words: 160, overlap: 40 }): Chunk[] {
  const chunks: Chunk[] = [];
  let open: Unit[] = [];
  let fresh = 0;
  const close = (): void => {
    chunks.push(chunkOf(body, open, chunks.length));
    open = tail(open, overlap);
    fresh = 0;
  };
  for (const unit of unitsOf(body, words)) {
    if (fresh > 0 && total(open) + unit.words > words * 1.25) close();
    open.push(unit);
    fresh += unit.words;
    if (unit.closesBlock && total(open) >= words * 0.75) close();
  }
  if (fresh > 0) close();
  return chunks;
}
