import { FootnoteReferenceRun, Paragraph, TextRun } from 'docx';
import type { IParagraphOptions, IRunOptions, ParagraphChild } from 'docx';

/** Signs that XML 1.0 can't carry, however they are written. */
const FORBIDDEN = /(?![\t\n\r])[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu;
const RIGHT_TO_LEFT = /^[^\p{L}]*[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}]/u;

/** How a piece of text looks. */
export type Look = Omit<IRunOptions, 'text' | 'children' | 'break' | 'rightToLeft'>;

/** Where a paragraph stands, and in which style. */
export type Place = Omit<IParagraphOptions, 'text' | 'children' | 'bidirectional'>;

export const printable = (text: string): string => text.replaceAll(FORBIDDEN, ' ');

/** Text in one look, a run a line; what runs from right to left says so. */
export function runs(text: string, look: Look = {}): TextRun[] {
  const direction = RIGHT_TO_LEFT.test(text) ? { rightToLeft: true } : {};
  return printable(text)
    .split('\n')
    .map((line, at) => new TextRun({ ...look, ...direction, text: line, ...(at > 0 && { break: 1 }) }));
}

/** @param text - what it says, which decides from which side it is read */
export function paragraph(text: string, place: Place, children: readonly ParagraphChild[] = runs(text)): Paragraph {
  return new Paragraph({ ...place, ...(RIGHT_TO_LEFT.test(text) && { bidirectional: true }), children });
}

export const footnoteCall = (number: number): ParagraphChild => new FootnoteReferenceRun(number);
