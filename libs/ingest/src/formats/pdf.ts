import { isoDate } from '../dates.js';
import { present } from '../draft.js';
import { because } from '../reasons.js';
import type { Reason } from '../reasons.js';
import { bounded, ExtractionError, LIMITS, tidied } from './extraction.js';
import type { EmbeddedFile, Extracted, Metadata, Tools } from './extraction.js';
import { textOnPictures } from './pictures.js';

/** What is used of the PDF reader's document; its own types ask for a browser. */
interface PdfDocument {
  readonly numPages: number;
  getPage(number: number): Promise<PdfPage>;
  getMetadata(): Promise<{ info: Readonly<Record<string, unknown>> }>;
  getAttachments(): Promise<Readonly<Record<string, { filename?: string; content?: Uint8Array }>> | null>;
  destroy(): Promise<void>;
}
interface PdfPage {
  getTextContent(): Promise<{ items: readonly Partial<TextPiece>[] }>;
  getAnnotations(): Promise<readonly Annotation[]>;
  cleanup(): boolean;
}
interface TextPiece {
  readonly str: string;
  readonly hasEOL: boolean;
  readonly height: number;
  /** Matrix; the last two numbers are x and y of the baseline in points. */
  readonly transform: readonly number[];
}
interface Annotation {
  readonly subtype?: string;
  readonly fieldValue?: unknown;
  readonly hidden?: boolean;
  readonly contentsObj?: { readonly str?: string };
}

/** Lines that stand further apart than this many heights belong to different blocks. */
const BLOCK_GAP = 1.7;

interface Line {
  text: string;
  y: number | undefined;
  height: number;
}

function linesOf(pieces: readonly Partial<TextPiece>[]): Line[] {
  const lines: Line[] = [{ text: '', y: undefined, height: 0 }];
  for (const { str = '', hasEOL = false, height = 0, transform } of pieces) {
    const line = lines.at(-1);
    if (line === undefined) continue;
    line.text += str;
    line.height = Math.max(line.height, height);
    if (str.trim() !== '') line.y ??= transform?.[5];
    if (hasEOL) lines.push({ text: '', y: undefined, height: 0 });
  }
  return lines.filter(({ text }) => text.trim() !== '');
}

function startsBlock(line: Line, before: Line): boolean {
  if (line.y === undefined || before.y === undefined) return false;
  return Math.abs(before.y - line.y) > BLOCK_GAP * Math.max(line.height, before.height, 1);
}

/** Lines as blocks; a word that was broken at the end of a line is whole again. */
function blocksOf(lines: readonly Line[]): string {
  let text = '';
  for (const [at, line] of lines.entries()) {
    const before = lines[at - 1];
    if (before !== undefined) text += startsBlock(line, before) ? '\n\n' : '\n';
    text += line.text.trim();
  }
  return text.replace(/\u00AD\n?/gu, '').replace(/(\p{Ll})-\n(?=\p{Ll})/gu, '$1');
}

const fieldText = (value: unknown): string =>
  typeof value === 'string'
    ? value
    : Array.isArray(value)
      ? value.filter((one) => typeof one === 'string').join(', ')
      : '';

/** What was filled in or written onto a page; remarks of readers are no part of the text. */
async function writtenOn(page: PdfPage): Promise<string[]> {
  const annotations = await page.getAnnotations();
  return annotations
    .filter(({ hidden }) => hidden !== true)
    .map(({ subtype, fieldValue, contentsObj }) =>
      subtype === 'FreeText' ? (contentsObj?.str ?? '') : subtype === 'Widget' ? fieldText(fieldValue) : '',
    )
    .filter((text) => text.trim() !== '');
}

/** Texts of all pages, and how many of them could not be read. */
interface Pages {
  readonly texts: readonly string[];
  readonly failed: number;
  /** Pages whose text stands on pictures. */
  readonly recognised: number;
}

async function pagesOf(document: PdfDocument): Promise<Pages> {
  if (document.numPages > LIMITS.pages)
    throw new ExtractionError('refused', because('TOO_MANY_PAGES', { count: document.numPages }));
  const texts: string[] = [];
  let [failed, length] = [0, 0];
  for (let number = 1; number <= document.numPages; number += 1) {
    try {
      const page = await document.getPage(number);
      const { items } = await page.getTextContent();
      const blocks = [blocksOf(linesOf(items)), ...(await writtenOn(page).catch(() => []))];
      page.cleanup();
      texts.push(blocks.join('\n\n'));
      length += texts.at(-1)?.length ?? 0;
    } catch {
      failed += 1;
      texts.push('');
    }
    if (length > LIMITS.characters) bounded(texts.join(''));
  }
  return { texts, failed, recognised: 0 };
}

const PDF_DATE = /^D?:?(\d{4})(\d{2})?(\d{2})?/u;

async function metadataOf(document: PdfDocument): Promise<Metadata> {
  const { info } = await document.getMetadata();
  const text = (name: string): string => (typeof info[name] === 'string' ? info[name].trim() : '');
  const [, year = '', month, day] = PDF_DATE.exec(text('CreationDate') || text('ModDate')) ?? [];
  const date = [year, month, day].filter((part) => part !== undefined).join('-');
  return present({
    title: text('Title'),
    author: text('Author'),
    date: isoDate(date)?.date,
    language: text('Language'),
  });
}

async function embeddedOf(document: PdfDocument): Promise<EmbeddedFile[]> {
  const attachments = Object.entries((await document.getAttachments()) ?? {});
  return attachments
    .slice(0, LIMITS.embeddedFiles)
    .flatMap(([name, { filename, content }]) =>
      content === undefined ? [] : [{ name: filename ?? name, bytes: content }],
    );
}

async function opened(bytes: Uint8Array): Promise<PdfDocument> {
  const { getDocumentProxy } = await import('unpdf');
  const options = {
    verbosity: 0,
    isEvalSupported: false,
    useSystemFonts: false,
    disableFontFace: true,
    enableXfa: false,
  };
  try {
    // the reader takes its bytes for itself
    return (await getDocumentProxy(bytes.slice(), options)) as unknown as PdfDocument;
  } catch (error) {
    const name = error instanceof Error ? error.name : '';
    if (name === 'PasswordException') throw new ExtractionError('encrypted', because('PASSWORD', { detail: 'PDF' }));
    throw new ExtractionError('corrupt', because('DAMAGED', { detail: 'PDF' }));
  }
}

function notesOf({ texts, failed, recognised }: Pages): Reason[] {
  const isEmpty = texts.every((text) => text.trim() === '');
  return [
    ...(failed > 0 ? [because('PAGES_UNREAD', { count: failed })] : []),
    ...(recognised > 0 ? [because('PAGES_RECOGNISED', { count: recognised })] : []),
    ...(isEmpty && failed === 0 ? [because('NEEDS_OCR', { detail: 'no text layer' })] : []),
  ];
}

/** Reads pages without text from the pictures on them. */
async function recognisedIn(document: PdfDocument, pages: Pages, tools: Tools): Promise<Pages> {
  const { recognise } = tools;
  if (recognise === undefined) return pages;
  const texts = [...pages.texts];
  let recognised = 0;
  for (const [at, text] of texts.entries()) {
    if (text.trim() !== '') continue;
    const read = await textOnPictures(document, at + 1, recognise).catch(() => '');
    if (read === '') continue;
    texts[at] = read;
    recognised += 1;
    if (recognised >= LIMITS.recognisedPages) break;
  }
  return { ...pages, texts, recognised };
}

/**
 * Reads a PDF (ISO 32000): text by pages, what forms are filled with, attached files; scripts and actions never run.
 * @throws ExtractionError encrypted, corrupt, refused
 */
export async function readPdf(bytes: Uint8Array, tools: Tools): Promise<Extracted> {
  const document = await opened(bytes);
  try {
    const pages = await recognisedIn(document, await pagesOf(document), tools);
    if (pages.texts.length === pages.failed)
      throw new ExtractionError('corrupt', because('DAMAGED', { detail: 'PDF: no page can be read' }));
    return {
      metadata: await metadataOf(document).catch(() => ({})),
      text: bounded(tidied(pages.texts.join('\n\n'))),
      embedded: await embeddedOf(document).catch(() => []),
      notes: notesOf(pages),
    };
  } finally {
    await document.destroy();
  }
}
