import { lettersOf } from './pieces.js';
import type { Piece, Pieces } from './pieces.js';

/** Pieces on one line, from left to right as they stand on the paper. */
export interface Line {
  readonly pieces: readonly Piece[];
  /** In thousandths of the size. */
  readonly width: number;
  readonly isRightToLeft: boolean;
}

const RAISED = 0.65;

/** What a piece takes: small ones take less. */
export const widthOf = ({ shaped, style }: Piece): number => shaped.width * scaleOf(style);
export const scaleOf = ({ raised }: Piece['style']): number => (raised ? RAISED : 1);

/** Fills lines one after the other. `width` is in thousandths of the size of the text. */
export function linesOf({ pieces, isRightToLeft }: Pieces, width: number): Line[] {
  const lines: Line[] = [];
  let line: Piece[] = [];
  let word: Piece[] = [];
  let taken = 0;
  const end = (): void => {
    lines.push(finished(line, isRightToLeft));
    line = [];
    taken = 0;
  };
  const place = (): void => {
    if (line.length > 0 && taken + widthOfAll(word) > width) end();
    line.push(...word);
    taken += word.reduce((sum, piece) => sum + widthOf(piece), 0);
    word = [];
  };
  for (const piece of pieces.flatMap((one) => (widthOf(one) > width ? lettersOf(one) : [one]))) {
    word.push(piece);
    if (piece.canBreak || widthOfAll(word) > width) place();
    if (piece.mustBreak) end();
  }
  place();
  if (line.length > 0 || lines.length === 0) end();
  return lines;
}

/** Without the white space at its end. */
function trimmed(pieces: readonly Piece[]): Piece[] {
  return pieces.slice(0, pieces.findLastIndex(({ isSpace }) => !isSpace) + 1);
}

function widthOfAll(pieces: readonly Piece[]): number {
  return trimmed(pieces).reduce((sum, piece) => sum + widthOf(piece), 0);
}

function finished(pieces: readonly Piece[], isRightToLeft: boolean): Line {
  return { pieces: reordered(trimmed(pieces)), width: widthOfAll(pieces), isRightToLeft };
}

/** From the order of reading to the order on the paper (UAX #9, L2). */
function reordered(pieces: readonly Piece[]): Piece[] {
  const ordered = [...pieces];
  const highest = Math.max(0, ...ordered.map(({ level }) => level));
  for (let level = highest; level >= 1; level -= 1) {
    for (let at = 0; at < ordered.length; at += 1) {
      if ((ordered[at]?.level ?? 0) < level) continue;
      let end = at;
      while ((ordered[end]?.level ?? 0) >= level) end += 1;
      ordered.splice(at, end - at, ...ordered.slice(at, end).reverse());
      at = end;
    }
  }
  return ordered;
}
