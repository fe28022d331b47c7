import { textOf } from '#document';
import type { TopBlock } from '#document';

import { minuteOf, stampLine } from '../paper.js';
import type { Paper, Publication, Stamp } from '../paper.js';
import { BlockSetter, rule, textSetting } from './blocks.js';
import type { Column } from './blocks.js';
import { dictionary, PdfFile, textString } from './file.js';
import type { Reference } from './file.js';
import { paginated } from './flow.js';
import type { Box, PageOfBoxes } from './flow.js';
import { Fonts } from './fonts.js';
import type { FontSource, Weight } from './fonts.js';
import { linesOf } from './lines.js';
import type { Line } from './lines.js';
import { PAGE, PageCanvas } from './page.js';
import { piecesOf } from './pieces.js';
import { BOLD, noteSpans, PLAIN, printable } from './styled.js';
import type { Span, Style } from './styled.js';

const MARGIN = { left: 71, right: 71, top: 78, bottom: 84 } as const;
const COLUMN: Column = { x: 0, width: PAGE.width - MARGIN.left - MARGIN.right };
const FACT_WIDTH = 96;
const MARKING_SIZE = 11;
const SMALL = 7.5;
const WATERMARK_SIZE = 13;
const WATERMARK_ANGLE = Math.PI / 5;
const WEIGHTS: ReadonlySet<Weight> = new Set(['regular', 'bold', 'italic', 'boldItalic']);

/** A file, and what of its text could not be shown. */
export interface MadePdf {
  readonly bytes: Uint8Array;
  /** Characters that no installed font has. */
  readonly unprintable: readonly string[];
}

/**
 * A paper as PDF: its marking above and below on every page, who took it out across and at the foot of every page, its text
 * as text. Fonts are embedded as far as they are used.
 * @throws an error where the fonts are not installed at all
 */
export async function paperPdf(publication: Publication, source: FontSource): Promise<MadePdf> {
  const fonts = await Fonts.for({ text: charactersOf(publication), weights: WEIGHTS }, source);
  const pages = paginated(boxesOf(publication, fonts), PAGE.height - MARGIN.top - MARGIN.bottom);
  const furniture = new Furniture(publication, fonts);
  const drawn = pages.map((page, at) => furniture.page(page, at + 1, pages.length));
  return { bytes: assembled(drawn, publication, fonts), unprintable: fonts.unprintable };
}

/** Every character that may stand on a page. */
function charactersOf({ paper, stamp, portionMark }: Publication): string {
  const { title, kind, number = '', marking, facts, footnotes, body } = paper;
  const marks = body.content.map(({ attrs }) => (attrs.label ? portionMark(attrs.label) : ''));
  const said = [
    ...facts.flatMap(({ name, value }) => [name, value]),
    ...footnotes.flatMap(({ mark, text }) => [mark, text]),
  ];
  // page numbers and bullets come to it
  const own = [stampLine(stamp), stamp.ministry, ...marks, 'Page of 0123456789 •·.'];
  const all = [title, kind, number, marking, ...said, ...body.content.map(textOf), ...own].join(' ');
  return [...new Set(printable(all))].join('');
}

function boxesOf(publication: Publication, fonts: Fonts): Box[] {
  const setter = new BlockSetter(fonts);
  const { paper, portionMark } = publication;
  const before = ({ attrs: { label } }: TopBlock): Span[] =>
    label ? [{ text: `${printable(portionMark(label))} `, style: BOLD }] : [];
  return [
    ...head(publication, setter),
    ...paper.body.content.flatMap((block) => setter.set(block, COLUMN, before(block))),
    ...notes(paper, setter),
  ];
}

/** Whose paper it is, what kind, its title, what it says of itself. */
function head({ paper, stamp }: Publication, setter: BlockSetter): Box[] {
  const setting = textSetting(COLUMN);
  const kind = [paper.kind, paper.number ?? ''].filter((part) => part !== '').join(' ');
  const line = (text: string, style: Style, size: number, above: number, grey = 0): Box[] =>
    text === ''
      ? []
      : setter.text([{ text: printable(text), style }], {
          ...setting,
          size,
          above,
          grey,
          leading: 1.25,
          keepsWithNext: true,
        });
  return [
    ...line(stamp.ministry, BOLD, 10, 0, 0.35),
    ...line(kind, PLAIN, 10, 2, 0.35),
    ...line(paper.title, BOLD, 18, 10),
    ...paper.facts.flatMap((fact, at) => factBoxes(fact, setter, at === 0 ? 10 : 1.5)),
    { ...rule(COLUMN), keepsWithNext: true },
    { height: 4, above: 0, keepsWithNext: true, draw: () => undefined },
  ];
}

function factBoxes({ name, value }: Paper['facts'][number], setter: BlockSetter, above: number): Box[] {
  const setting = { ...textSetting(COLUMN), size: 9, leading: 1.35, above };
  const right = { ...setting, x: FACT_WIDTH, width: COLUMN.width - FACT_WIDTH };
  const [label] = setter.text([{ text: printable(name), style: PLAIN }], { ...setting, width: FACT_WIDTH, grey: 0.4 });
  const [first, ...rest] = setter.text([{ text: printable(value), style: PLAIN }], right);
  if (!label || !first) return [];
  const together: Box = {
    ...first,
    draw: (canvas, x, top) => {
      label.draw(canvas, x, top);
      first.draw(canvas, x, top);
    },
  };
  return [together, ...rest];
}

function notes({ footnotes }: Paper, setter: BlockSetter): Box[] {
  if (footnotes.length === 0) return [];
  const setting = { ...textSetting(COLUMN), size: 8.5, leading: 1.35, above: 3 };
  return [rule({ x: 0, width: 120 }), ...footnotes.flatMap((note) => setter.text(noteSpans(note), setting))];
}

/** What stands on every page. */
class Furniture {
  private readonly watermark: readonly Line[];
  private readonly stamp: string;
  private readonly marking: string;

  constructor(
    { paper, stamp }: Publication,
    private readonly fonts: Fonts,
  ) {
    this.marking = printable(paper.marking);
    this.stamp = printable(stampLine(stamp));
    this.watermark = watermarkLines(stamp).map((text) => this.single(text, PLAIN, Infinity));
  }

  page(boxes: PageOfBoxes, number: number, count: number): PageCanvas {
    const canvas = new PageCanvas();
    this.drawWatermark(canvas);
    canvas.artifact(() => {
      this.centred(canvas, this.marking, BOLD, MARKING_SIZE, 40, 0);
    });
    for (const { box, top } of boxes) box.draw(canvas, MARGIN.left, MARGIN.top + top);
    canvas.artifact(() => {
      this.centred(canvas, this.stamp, PLAIN, SMALL, PAGE.height - 58, 0.35);
      this.centred(canvas, this.marking, BOLD, MARKING_SIZE, PAGE.height - 40, 0);
      this.centred(canvas, `Page ${number} of ${count}`, PLAIN, SMALL, PAGE.height - 26, 0.35);
    });
    return canvas;
  }

  private drawWatermark(canvas: PageCanvas): void {
    for (const [row, share] of [0.32, 0.62, 0.92].entries()) {
      for (const [at, line] of this.watermark.entries()) {
        const x = MARGIN.left + row * 24 + at * 10;
        canvas.watermark(line, x, PAGE.height * share + at * WATERMARK_SIZE * 1.4, WATERMARK_SIZE, WATERMARK_ANGLE);
      }
    }
  }

  private centred(canvas: PageCanvas, text: string, style: Style, size: number, baseline: number, grey: number): void {
    const lines = linesOf(piecesOf([{ text, style }], this.fonts), ((PAGE.width - 60) * 1000) / size);
    const line = lines[0];
    if (line) canvas.line(line, (PAGE.width - (line.width * size) / 1000) / 2, baseline, size, grey);
  }

  private single(text: string, style: Style, width: number): Line {
    const [line] = linesOf(piecesOf([{ text: printable(text), style }], this.fonts), width);
    if (!line) throw new Error('a text has at least one line');
    return line;
  }
}

const watermarkLines = ({ person, post, at, exportId }: Stamp): string[] => [
  [person, post].filter((part) => part !== '').join(' · '),
  `${minuteOf(at)} · ${exportId}`,
];

/** Pages, fonts and what is said of the file, which is no more than its title and when it was made. */
function assembled(pages: readonly PageCanvas[], { paper, stamp }: Publication, fonts: Fonts): Uint8Array {
  const file = new PdfFile();
  const faces = new Map(fonts.all.filter((face) => face.isUsed).map((face) => [face.name, face.embed(file)]));
  const tree = file.reserve();
  const kids = pages.map((page) => pageObject(page, tree, faces, file));
  file.add({ Type: '/Pages', Kids: `[${kids.join(' ')}]`, Count: kids.length }, tree);
  const root = file.add({
    Type: '/Catalog',
    Pages: tree,
    Lang: textString(paper.language === 'und' ? '' : paper.language),
    ViewerPreferences: '<< /DisplayDocTitle true >>',
  });
  const made = `(D:${stamp.at.toISOString().replaceAll(/[-:T]/g, '').slice(0, 14)}Z)`;
  const info = file.add({ Title: textString(paper.title), Producer: '(Chancery)', CreationDate: made });
  return file.finish(root, info);
}

function pageObject(
  page: PageCanvas,
  parent: Reference,
  faces: ReadonlyMap<string, Reference>,
  file: PdfFile,
): Reference {
  const fonts = Object.fromEntries([...page.faces.keys()].map((name) => [name, faces.get(name)]));
  return file.add({
    Type: '/Page',
    Parent: parent,
    MediaBox: `[0 0 ${PAGE.width} ${PAGE.height}]`,
    Resources: dictionary({ Font: dictionary(fonts) }),
    Contents: file.stream({}, page.bytes),
    Annots: page.links.length === 0 ? undefined : `[${page.links.join(' ')}]`,
  });
}
