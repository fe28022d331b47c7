import { Document, Footer, Header, HeadingLevel, Packer, PageNumber, TextRun } from 'docx';
import type { Paragraph } from 'docx';

import { stampLine } from '../paper.js';
import type { Publication } from '../paper.js';
import { BodyWriter } from './body.js';
import { styles } from './looks.js';
import { paragraph, printable, runs } from './text.js';

/** What the file says of who made it. */
const PROGRAM = 'Chancery';
/** A4 with its margins, in twips. */
const PAGE = {
  size: { width: 11_906, height: 16_838 },
  margin: { top: 1560, right: 1420, bottom: 1680, left: 1420, header: 700, footer: 500 },
};

/** A paper as a Word document: its marking above and below, and who took it out at the foot, on every page. */
export async function paperDocx(publication: Publication): Promise<Uint8Array> {
  const { paper, stamp } = publication;
  const body = new BodyWriter(publication);
  const children = [...head(publication), ...body.all()];
  const marking = (): Paragraph => paragraph(paper.marking, { style: 'Marking' });
  const foot = [paragraph(stampLine(stamp), { style: 'Stamp' }), marking(), pageNumber()];
  const document = new Document({
    title: printable(paper.title),
    creator: PROGRAM,
    lastModifiedBy: PROGRAM,
    styles: styles(paper.language),
    numbering: { config: body.numbering },
    footnotes: footnotesOf(publication),
    sections: [
      {
        properties: { page: PAGE },
        headers: { default: new Header({ children: [marking()] }) },
        footers: { default: new Footer({ children: foot }) },
        children,
      },
    ],
  });
  return new Uint8Array(await Packer.toArrayBuffer(document));
}

/** Whose paper it is, what kind, its title, what it says of itself. */
function head({ paper, stamp }: Publication): Paragraph[] {
  const kind = [paper.kind, paper.number ?? ''].filter((part) => part !== '').join(' ');
  return [
    paragraph(stamp.ministry, { style: 'Head' }, runs(stamp.ministry, { bold: true })),
    paragraph(kind, { style: 'Head' }),
    paragraph(paper.title, { heading: HeadingLevel.TITLE }),
    ...paper.facts.map(({ name, value }) =>
      paragraph(`${name}: ${value}`, { style: 'Fact' }, [...runs(`${name}: `, { color: '666666' }), ...runs(value)]),
    ),
    paragraph('', { style: 'Rule' }),
  ];
}

/** By the number of their call, from 1. */
function footnotesOf({ paper }: Publication): Record<string, { children: Paragraph[] }> {
  const notes = paper.footnotes.map(({ text }) => ({ children: [paragraph(text, {}, runs(` ${text.trim()}`))] }));
  return Object.fromEntries(notes.map((note, at) => [String(at + 1), note]));
}

function pageNumber(): Paragraph {
  const children = ['Page ', PageNumber.CURRENT, ' of ', PageNumber.TOTAL_PAGES];
  return paragraph('', { style: 'Stamp' }, [new TextRun({ children })]);
}
