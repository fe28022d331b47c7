import { because } from '../reasons.js';
import type { Reason } from '../reasons.js';
import { startsWith } from './bytes.js';
import { COMPOUND_MAGIC, openCompound } from './compound.js';
import type { Storage } from './compound.js';
import { beginning, textOf } from './encodings.js';
import { ExtractionError } from './extraction.js';
import type { Tools } from './extraction.js';
import { isPicture } from './pictureFile.js';
import { ZipArchive } from './zip.js';

/** What a file is, by its content; containers come opened. */
export type Sniffed =
  | { readonly format: 'docx' | 'pptx' | 'xlsx' | 'odf'; readonly zip: ZipArchive }
  | { readonly format: 'doc' | 'msg'; readonly root: Storage }
  | { readonly format: 'pdf' | 'rtf' | 'eml' | 'html' | 'picture' }
  | { readonly format: 'tei' | 'markdown' | 'text'; readonly text: string };

/** Files that are known by how they begin and not taken. */
const NOT_TAKEN: readonly (readonly [magic: string, what: Reason, at?: number])[] = [
  ['\x1f\x8b', because('ARCHIVE', { detail: 'a gzip' })],
  ['7z\xbc\xaf\x27\x1c', because('ARCHIVE', { detail: 'a 7z' })],
  ['Rar!', because('ARCHIVE', { detail: 'a RAR' })],
  ['BZh', because('ARCHIVE', { detail: 'a bzip2' })],
  ['\xfd7zXZ', because('ARCHIVE', { detail: 'an xz' })],
  ['ustar', because('ARCHIVE', { detail: 'a tar' }), 257],
  ['GIF8', because('PICTURE_FORMAT')],
  ['BM', because('PICTURE_FORMAT')],
  ['\0\0\0\x0cjP', because('PICTURE_FORMAT')],
  ['MZ', because('PROGRAM')],
  ['\x7fELF', because('PROGRAM')],
];

/** Endings of formats that are no text: a text under such a name is a damaged or mislabelled file. */
const BINARY_NAME = /\.(?:pdf|docx?|docm|pptx?|xlsx?|od[tsp]|msg|rtf)$/iu;
const PDF_WITHIN = 1024;

const unsupported = (what: Reason): ExtractionError => new ExtractionError('unsupported', what);

function sniffZip(bytes: Uint8Array, tools: Tools): Sniffed {
  const zip = new ZipArchive(bytes, tools);
  const main = /^(?:word\/document\d*|xl\/workbook|ppt\/presentation)\.(?:xml|bin)$/u;
  const part = zip.names.find((name) => main.test(name)) ?? '';
  if (part.endsWith('.bin')) throw unsupported(because('OFFICE_FORMAT', { detail: 'a binary workbook (.xlsb)' }));
  if (zip.has('content.xml') || zip.has('META-INF/manifest.xml')) return { format: 'odf', zip };
  if (part.startsWith('word/')) return { format: 'docx', zip };
  if (part.startsWith('xl/')) return { format: 'xlsx', zip };
  if (part.startsWith('ppt/')) return { format: 'pptx', zip };
  if (zip.has('[Content_Types].xml'))
    throw new ExtractionError(
      'corrupt',
      because('OFFICE_EMPTY', { detail: 'an office file without a document in it' }),
    );
  throw new ExtractionError('refused', because('ARCHIVE', { detail: 'an' }));
}

function sniffCompound(bytes: Uint8Array, tools: Tools): Sniffed {
  const root = openCompound(bytes, tools);
  const { streams, storages } = root;
  if (streams.has('EncryptedPackage') || streams.has('\tDRMContent') || storages.has('\u0006DataSpaces'))
    throw new ExtractionError('encrypted', because('LICENCE'));
  if (streams.has('WordDocument')) return { format: 'doc', root };
  if (streams.has('__properties_version1.0')) return { format: 'msg', root };
  if (streams.has('Workbook') || streams.has('Book'))
    throw unsupported(because('OFFICE_FORMAT', { detail: 'a workbook from before 2007 (.xls)' }));
  if (streams.has('PowerPoint Document'))
    throw unsupported(because('OFFICE_FORMAT', { detail: 'a presentation from before 2007 (.ppt)' }));
  throw unsupported(because('FORMAT_UNKNOWN', { detail: 'a compound file of an unknown program' }));
}

const MAIL_HEADER =
  /^(?:From|To|Subject|Date|Received|Return-Path|Message-ID|MIME-Version|Delivered-To|X-[\w-]+|DKIM-Signature):[ \t]/imu;

/** A TEI volume has `<TEI` as its root; other XML is no paper. */
function sniffXml(text: string): Sniffed {
  const root = /<([\w.-]+:)?([\w.-]+)[\s/>]/u.exec(text.replace(/<[?!][^>]*>/gu, ''))?.[2];
  const isKnown = root === undefined || /^(?:TEI|teiCorpus|div|text)$/u.test(root);
  if (!isKnown && /<!(?:DOCTYPE|ENTITY)/u.test(text.slice(0, 10_000)))
    throw new ExtractionError('refused', because('DOCUMENT_TYPE'));
  if (!isKnown) throw unsupported(because('XML_FORMAT', { root: root.slice(0, 40) }));
  return { format: 'tei', text };
}

function sniffText(bytes: Uint8Array, name: string, tools: Tools): Sniffed {
  const extension = /\.([a-z\d]{1,10})$/iu.exec(name)?.[1]?.toLowerCase() ?? '';
  if (extension === 'eml') return { format: 'eml' };
  if (extension === 'htm' || extension === 'html' || extension === 'xhtml') return { format: 'html' };
  const text = textOf(bytes, tools);
  if (text.includes('\0')) throw unsupported(because('FORMAT_UNKNOWN', { detail: 'an unknown format' }));
  if (extension === 'xml' || extension === 'tei') return sniffXml(text);
  if (extension === 'md' || extension === 'markdown') return { format: 'markdown', text };
  if (extension === 'txt' || extension === 'text') return { format: 'text', text };
  const head = text.slice(0, 2000).trimStart();
  if (/^(?:<!doctype html|<html)\b/iu.test(head)) return { format: 'html' };
  if (/^<TEI\b/u.test(head.replace(/^<\?xml[^>]*>\s*/u, ''))) return sniffXml(text);
  if (extension === '' && MAIL_HEADER.test(head.split('\n', 3).join('\n'))) return { format: 'eml' };
  throw unsupported(extension === '' ? because('FORMAT_NAMELESS') : because('FORMAT_NOT_TAKEN', { extension }));
}

/**
 * Tells what a file is: by its content where that says it, by the ending of its name among kinds of text.
 * @throws ExtractionError for what is not taken, damaged or encrypted
 */
export function sniff(bytes: Uint8Array, name: string, tools: Tools): Sniffed {
  if (beginning(bytes, PDF_WITHIN).includes('%PDF-')) return { format: 'pdf' };
  if (startsWith(bytes, 'PK\x03\x04') || startsWith(bytes, 'PK\x05\x06')) return sniffZip(bytes, tools);
  if (startsWith(bytes, COMPOUND_MAGIC)) return sniffCompound(bytes, tools);
  if (startsWith(bytes, '{\\rt')) return { format: 'rtf' };
  if (isPicture(bytes)) return { format: 'picture' };
  const known = NOT_TAKEN.find(([magic, , at]) => startsWith(bytes, magic, at));
  if (known !== undefined && !isText(bytes)) throw unsupported(known[1]);
  if (BINARY_NAME.test(name)) throw new ExtractionError('corrupt', because(bytes.length === 0 ? 'EMPTY' : 'MISNAMED'));
  return sniffText(bytes, name, tools);
}

/** `BM` and `MZ` begin words as well. */
const isText = (bytes: Uint8Array): boolean => /^[\t\n\r\x20-\x7e]*$/u.test(beginning(bytes, 64));
