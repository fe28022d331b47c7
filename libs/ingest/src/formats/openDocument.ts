import { attribute, descendants, elements, first } from '../xml.js';
import type { XmlElement } from '../xml.js';
import { because } from '../reasons.js';
import { bounded, ExtractionError, LIMITS, rowLine, tidied } from './extraction.js';
import type { EmbeddedFile, Extracted, Tools } from './extraction.js';
import { deepText, macroNotes, propertiesOf, xmlPart } from './package.js';
import { storedZip } from './zip.js';
import type { ZipArchive } from './zip.js';

/** What is no text of the document: what was deleted, remarks, declarations, drawings' own descriptions. */
const LEFT_OUT = new Set([
  'tracked-changes',
  'annotation',
  'annotation-end',
  'forms',
  'sequence-decls',
  'desc',
  'title',
  'ruby-text',
  'scripts',
]);
const MOST_SPACES = 100;

function inline(element: XmlElement): string {
  if (LEFT_OUT.has(element.name)) return '';
  if (element.name === 's') return ' '.repeat(Math.min(MOST_SPACES, Number(attribute(element, 'text:c') ?? 1) || 1));
  if (element.name === 'tab') return ' ';
  if (element.name === 'line-break') return '\n';
  if (element.name === 'note') return ` [${noteText(element)}] `;
  if (element.name === 'text-box') return `\n\n${blocksOf(element).join('\n\n')}\n\n`;
  return element.children.map((child) => (typeof child === 'string' ? child : inline(child))).join('');
}

const noteText = (note: XmlElement): string =>
  elements(note, 'note-body')
    .map((body) => blocksOf(body).join(' '))
    .join(' ');

function rowsOf(table: XmlElement): string[] {
  const rows = [
    ...descendants(
      table,
      ({ name }) => name === 'table-row',
      ({ name }) => name === 'table-row',
    ),
  ];
  return rows
    .map((row) => rowLine(elements(row, 'table-cell').map((cell) => blocksOf(cell).join(' '))))
    .filter((line) => line !== '');
}

function blocksOf(parent: XmlElement): string[] {
  return elements(parent).flatMap((element): string[] => {
    if (LEFT_OUT.has(element.name)) return [];
    if (element.name === 'p' || element.name === 'h') return [inline(element)];
    if (element.name === 'table') return [rowsOf(element).join('\n')];
    if (element.name === 'list') return elements(element).map((item) => `– ${blocksOf(item).join('\n')}`);
    return blocksOf(element);
  });
}

/** Headers and footers of pages, where markings stand. */
function marginsOf(zip: ZipArchive, tools: Tools): string[] {
  const styles = xmlPart(zip, 'styles.xml', tools);
  const margins =
    styles === undefined ? [] : [...descendants(styles, ({ name }) => name === 'header' || name === 'footer')];
  return margins
    .flatMap(blocksOf)
    .map(tidied)
    .filter((line) => line !== '');
}

/** Documents inside the document: `Object 1/` with a content of its own is a package of its own. */
function objectsOf(zip: ZipArchive): EmbeddedFile[] {
  const folders = new Set(zip.names.flatMap((name) => /^(.+)\/content\.xml$/u.exec(name)?.[1] ?? []));
  return [...folders].slice(0, LIMITS.embeddedFiles).map((folder) => {
    const inside = zip.names.filter((name) => name.startsWith(`${folder}/`) && /\.xml$/u.test(name));
    const parts = inside.map((name) => [name.slice(folder.length + 1), zip.read(name) ?? new Uint8Array()] as const);
    const mimetype = Uint8Array.from('application/vnd.oasis.opendocument.text', (one) => one.charCodeAt(0));
    return { name: `${folder}.odt`, bytes: storedZip(new Map([['mimetype', mimetype], ...parts])), isMade: true };
  });
}

function checkOpen(zip: ZipArchive, tools: Tools): void {
  const manifest = xmlPart(zip, 'META-INF/manifest.xml', tools);
  const isEncrypted = manifest !== undefined && first(manifest, 'encryption-data') !== undefined;
  if (isEncrypted || zip.has('encrypted-package'))
    throw new ExtractionError('encrypted', because('PASSWORD', { detail: 'document' }));
}

/** Reads text documents, sheets and presentations of OpenDocument 1.0 to 1.4; without deleted passages and remarks. */
export function readOpenDocument(zip: ZipArchive, tools: Tools): Extracted {
  checkOpen(zip, tools);
  const content = xmlPart(zip, 'content.xml', tools);
  if (content === undefined)
    throw new ExtractionError('corrupt', because('OFFICE_EMPTY', { detail: 'it has no content.xml' }));
  const body = first(content, 'body');
  const meta = xmlPart(zip, 'meta.xml', tools);
  const pictures = zip.names.some((name) => name.startsWith('Pictures/'));
  const text = bounded(tidied(body === undefined ? deepText(content) : blocksOf(body).join('\n\n')));
  return {
    metadata: propertiesOf(meta),
    text,
    margins: marginsOf(zip, tools),
    embedded: objectsOf(zip),
    notes: [
      ...macroNotes(zip),
      ...(text === '' && pictures ? [because('NEEDS_OCR', { detail: 'no text, only pictures' })] : []),
    ],
  };
}
