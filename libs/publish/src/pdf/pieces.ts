import bidiFactory from 'bidi-js';
import LineBreaker from 'linebreak';

import type { Face, ShapedText } from './face.js';
import type { Fonts } from './fonts.js';
import type { Span, Style } from './styled.js';

const bidi = bidiFactory();
/** Scripts without spaces between words, of which UAX #14 leaves the breaks to dictionaries. */
const UNSPACED = /[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/** A stretch of text that is never broken: one style, one face, one direction. */
export interface Piece {
  readonly shaped: ShapedText;
  readonly style: Style;
  /** Embedding level (UAX #9). */
  readonly level: number;
  /** White space, which is left out at the end of a line. */
  readonly isSpace: boolean;
  /** A line may end behind it. */
  readonly canBreak: boolean;
  /** A line has to end behind it. */
  readonly mustBreak: boolean;
  /** For what is too wide for a line. */
  readonly text: string;
}

/** A paragraph, ready to be set. */
export interface Pieces {
  readonly pieces: readonly Piece[];
  readonly isRightToLeft: boolean;
}

interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** Takes a paragraph apart: at line ends, break opportunities, and changes of style, direction and font. */
export function piecesOf(spans: readonly Span[], fonts: Fonts): Pieces {
  const text = spans.map((span) => span.text).join('');
  const styles = spans.flatMap((span) => Array.from({ length: span.text.length }, () => span.style));
  const { levels, paragraphs } = bidi.getEmbeddingLevels(text);
  const breaks = breaksIn(text);
  let around: Face | undefined;
  const pieces = stretchesOf(text, breaks).flatMap((stretch) =>
    partsOf(text, stretch, styles, levels).flatMap((part) => {
      const style = styles[part.start];
      if (style === undefined) return [];
      const level = levels[part.start] ?? 0;
      const runs = runsOf(text.slice(part.start, part.end), style, fonts, around);
      around = runs.at(-1)?.face ?? around;
      return runs.map(({ face, text: run }, at): Piece => {
        const isLast = at === runs.length - 1 && part.end === stretch.end;
        return {
          ...piece(run, face, style, level),
          canBreak: isLast,
          mustBreak: isLast && text[part.end - 1] === '\n',
        };
      });
    }),
  );
  return { pieces, isRightToLeft: (paragraphs[0]?.level ?? 0) % 2 === 1 };
}

/** A piece that is wider than a line, letter by letter; each may end a line. */
export function lettersOf({ text, shaped, style, level, mustBreak }: Piece): Piece[] {
  const letters = [...new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text)];
  return letters.map(({ segment }, at) => ({
    ...piece(segment, shaped.face, style, level),
    canBreak: true,
    mustBreak: mustBreak && at === letters.length - 1,
  }));
}

function piece(text: string, face: Face, style: Style, level: number): Omit<Piece, 'canBreak' | 'mustBreak'> {
  const shown = text.replace(/\n$/u, '');
  const isRightToLeft = level % 2 === 1;
  const ordered = isRightToLeft ? mirrored(shown) : shown;
  const shaped = face.shape(ordered, isRightToLeft ? 'rtl' : 'ltr');
  return { shaped, style, level, isSpace: shown.trim() === '', text: shown };
}

/** Brackets open towards the text, whatever its direction. */
const mirrored = (text: string): string =>
  Array.from(text, (character) => bidi.getMirroredCharacter(character) ?? character).join('');

/** Places behind which a line may end, the end of the text among them. */
function breaksIn(text: string): number[] {
  const places = new Set<number>([text.length]);
  const breaker = new LineBreaker(text);
  for (let next = breaker.nextBreak(); next !== null; next = breaker.nextBreak()) places.add(next.position);
  if (UNSPACED.test(text)) {
    for (const { index, segment } of new Intl.Segmenter('th', { granularity: 'word' }).segment(text))
      if (UNSPACED.test(segment)) places.add(index + segment.length);
  }
  return [...places].sort((a, b) => a - b);
}

function stretchesOf(text: string, breaks: readonly number[]): Stretch[] {
  const stretches = breaks.map((end, at) => ({ start: breaks[at - 1] ?? 0, end }));
  return stretches.filter(({ start, end }) => end > start && start < text.length);
}

/** Where style or direction changes inside a stretch, and where its white space begins; never inside a surrogate pair. */
function partsOf(text: string, { start, end }: Stretch, styles: readonly Style[], levels: Uint8Array): Stretch[] {
  const parts: Stretch[] = [];
  const space = start + text.slice(start, end).trimEnd().length;
  let from = start;
  for (let at = start + 1; at <= end; at += 1) {
    const changes = at === end || at === space || styles[at] !== styles[from] || levels[at] !== levels[from];
    if (!changes || /^[\uDC00-\uDFFF]/u.test(text.charAt(at))) continue;
    parts.push({ start: from, end: at });
    from = at;
  }
  return parts;
}

/** One after the other, each in one face. */
function runsOf(
  text: string,
  { weight }: Style,
  fonts: Fonts,
  before: Face | undefined,
): { face: Face; text: string }[] {
  const runs: { face: Face; text: string }[] = [];
  let around = before;
  for (const character of text) {
    const face = character === '\n' && around ? around : fonts.faceFor(character, weight, around);
    const last = runs.at(-1);
    if (last?.face === face) last.text += character;
    else runs.push({ face, text: character });
    around = face;
  }
  return runs;
}
