/**
 * Words that other people wrote are shown in this terminal: they must not move its cursor, colour it, or turn the
 * reading order of the line that they stand in.
 */

/** C0, DEL and C1: all that a terminal could take for a command. */
const CONTROLS = /\p{Control}/gu;
/** Embeddings, overrides and isolates: an unbalanced one would turn whatever follows. */
const DIRECTIONS = /[\u202a-\u202e\u2066-\u2069]/gu;
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/u;
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;
const INVISIBLE = /^[\p{Mark}\p{Format}\p{Control}]+$/u;

const FIRST_STRONG_ISOLATE = '\u2068';
const POP_ISOLATE = '\u2069';

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });

/** Without anything that a terminal would obey. Newlines and tabs stay. */
export function harmless(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(CONTROLS, keepLayout).replace(DIRECTIONS, '');
}

const keepLayout = (control: string): string => (control === '\n' || control === '\t' ? control : '\ufffd');

/** Harmless, and on one line. */
export function oneLine(text: string): string {
  return harmless(text).replaceAll(/\s+/gu, ' ').trim();
}

/** Right-to-left text between isolates (Unicode UAX #9), so that the columns beside it keep their places. */
export function isolate(text: string): string {
  return RIGHT_TO_LEFT.test(text) ? `${FIRST_STRONG_ISOLATE}${text}${POP_ISOLATE}` : text;
}

/** Columns that the text takes on a terminal. Without colour codes. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += graphemeWidth(segment);
  return width;
}

function graphemeWidth(grapheme: string): number {
  if (INVISIBLE.test(grapheme)) return 0;
  return WIDE.test(grapheme) ? 2 : 1;
}

/** Cut to `width` columns, with an ellipsis where something was cut. */
export function truncate(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let kept = '';
  let used = 0;
  for (const { segment } of graphemes.segment(text)) {
    const next = graphemeWidth(segment);
    if (used + next > width - 1) break;
    kept += segment;
    used += next;
  }
  return `${kept.trimEnd()}…`;
}

/** Filled with spaces to `width` columns. */
export function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}

/** Lines of at most `width` columns, broken between words; a longer word stands on a line of its own. */
export function wrap(text: string, width: number): string[] {
  return text.split('\n').flatMap((paragraph) => wrapParagraph(paragraph, width));
}

function wrapParagraph(paragraph: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  let used = 0;
  for (const word of paragraph.split(' ')) {
    const wordWidth = displayWidth(word);
    if (line !== '' && used + 1 + wordWidth > width) {
      lines.push(line);
      line = '';
      used = 0;
    }
    line = line === '' ? word : `${line} ${word}`;
    used += wordWidth + (used === 0 ? 0 : 1);
  }
  return [...lines, line];
}
