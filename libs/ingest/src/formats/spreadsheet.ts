import { attribute, descendants, elements, first } from '../xml.js';
import type { XmlElement } from '../xml.js';
import { because } from '../reasons.js';
import { bounded, ExtractionError, LIMITS, rowLine, tidied } from './extraction.js';
import type { Extracted, Tools } from './extraction.js';
import { coreProperties, deepText, embeddedIn, macroNotes, relationships, xmlPart } from './package.js';
import type { ZipArchive } from './zip.js';

const WORKBOOK = 'xl/workbook.xml';
const ROWS_A_BLOCK = 20;
const DAY_MS = 86_400_000;
/** Day 0 of the 1900 calendar, which counts a 29 February 1900 that never was: right from 1 March 1900 on. */
const EPOCH_1900 = Date.UTC(1899, 11, 30);

interface Book {
  readonly shared: readonly string[];
  /** Whether a cell with the style of this index shows a date. */
  readonly dated: readonly boolean[];
  /** Characters that all sheets together may still have: one long string in a million cells would be a bomb. */
  left: number;
}

/** Text of a shared or inline string without the readings (`rPh`) that stand above Japanese words. */
const stringText = (item: XmlElement): string =>
  [
    ...descendants(
      item,
      ({ name }) => name === 't',
      ({ name }) => name === 'rPh',
    ),
  ]
    .map(deepText)
    .join('');

function datedStyles(styles: XmlElement | undefined): boolean[] {
  if (styles === undefined) return [];
  const custom = new Map(
    [...descendants(styles, ({ name }) => name === 'numFmt')].map((format) => [
      Number(attribute(format, 'numFmtId')),
      /[dy]/iu.test((attribute(format, 'formatCode') ?? '').replace(/"[^"]*"|\[[^\]]*\]/gu, '')),
    ]),
  );
  const formats = elements(first(styles, 'cellXfs') ?? styles, 'xf').map((xf) => Number(attribute(xf, 'numFmtId')));
  return formats.map((id) => custom.get(id) ?? ((id >= 14 && id <= 17) || id === 22));
}

function dateOf(serial: number): string {
  const date = new Date(EPOCH_1900 + Math.floor(serial) * DAY_MS);
  return Number.isNaN(date.getTime()) ? String(serial) : date.toISOString().slice(0, 10);
}

function cellText(cell: XmlElement, { shared, dated }: Book): string {
  const type = attribute(cell, 't');
  const inline = elements(cell, 'is')[0];
  if (type === 'inlineStr' && inline !== undefined) return stringText(inline);
  const [value] = elements(cell, 'v');
  const text = value === undefined ? '' : deepText(value);
  if (type === 's') return shared[Number(text)] ?? '';
  const isDate = type === undefined && dated[Number(attribute(cell, 's') ?? -1)] === true;
  return isDate && text !== '' ? dateOf(Number(text)) : text;
}

function* sheetLines(sheet: XmlElement, book: Book): Generator<string> {
  for (const row of elements(first(sheet, 'sheetData') ?? sheet, 'row')) {
    const cells = elements(row, 'c').map((cell) => cellText(cell, book));
    // counted before they are joined
    book.left -= cells.reduce((sum, { length }) => sum + length, 0);
    if (book.left < 0)
      throw new ExtractionError('refused', because('TEXT_TOO_LONG', { detail: 'sheets with too much text' }));
    const line = rowLine(cells);
    if (line !== '') yield line;
  }
}

/** Lines in blocks of a few rows, which is what search can point at. */
function blocksOf(lines: readonly string[]): string[] {
  return Array.from({ length: Math.ceil(lines.length / ROWS_A_BLOCK) }, (_, n) =>
    lines.slice(n * ROWS_A_BLOCK, (n + 1) * ROWS_A_BLOCK).join('\n'),
  );
}

/** Reads a workbook (ECMA-376): every sheet with its name, a row a line; formulas by the value that was last computed. */
export function readSpreadsheet(zip: ZipArchive, tools: Tools): Extracted {
  const workbook = xmlPart(zip, WORKBOOK, tools);
  const related = relationships(zip, WORKBOOK, tools);
  const strings = xmlPart(zip, 'xl/sharedStrings.xml', tools);
  const book: Book = {
    shared: strings === undefined ? [] : elements(strings, 'si').map(stringText),
    dated: datedStyles(xmlPart(zip, 'xl/styles.xml', tools)),
    left: LIMITS.characters,
  };
  const sheets = workbook === undefined ? [] : [...descendants(workbook, ({ name }) => name === 'sheet')];
  const blocks: string[] = [];
  for (const sheet of sheets) {
    const root = xmlPart(zip, related.get(attribute(sheet, 'r:id') ?? '')?.target ?? '', tools);
    const lines = root === undefined ? [] : [...sheetLines(root, book)];
    if (lines.length > 0) blocks.push(attribute(sheet, 'name') ?? '', ...blocksOf(lines));
  }
  return {
    metadata: coreProperties(zip, tools),
    text: bounded(tidied(blocks.join('\n\n'))),
    embedded: embeddedIn(zip, (name) => name.startsWith('xl/embeddings/')),
    notes: macroNotes(zip),
  };
}
