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
const NOT_TAKEN: readonly (readonly [magic: string, what: string, at?: number])[] = [
  ['\x1f\x8b', 'a gzip archive: unpack it and import what is in it'],
  ['7z\xbc\xaf\x27\x1c', 'a 7z archive: unpack it and import what is in it'],
  ['Rar!', 'a RAR archive: unpack it and import what is in it'],
  ['BZh', 'a bzip2 archive: unpack it and import what is in it'],
  ['\xfd7zXZ', 'an xz archive: unpack it and import what is in it'],
  ['ustar', 'a tar archive: unpack it and import what is in it', 257],
  ['GIF8', 'a picture of a kind that is not read'],
  ['BM', 'a picture of a kind that is not read'],
  ['\0\0\0\x0cjP', 'a picture of a kind that is not read'],
  ['MZ', 'a program'],
  ['\x7fELF', 'a program'],
];

/** Endings of formats that are no text: a text under such a name is a damaged or mislabelled file. */
const BINARY_NAME = /\.(?:pdf|docx?|docm|pptx?|xlsx?|od[tsp]|msg|rtf)$/iu;
const PDF_WITHIN = 1024;

const unsupported = (what: string): ExtractionError => new ExtractionError('unsupported', what);

function sniffZip(bytes: Uint8Array, tools: Tools): Sniffed {
  const zip = new ZipArchive(bytes, tools);
  const main = /^(?:word\/document\d*|xl\/workbook|ppt\/presentation)\.(?:xml|bin)$/u;
  const part = zip.names.find((name) => main.test(name)) ?? '';
  if (part.endsWith('.bin')) throw unsupported('a binary workbook (.xlsb)');
  if (zip.has('content.xml') || zip.has('META-INF/manifest.xml')) return { format: 'odf', zip };
  if (part.startsWith('word/')) return { format: 'docx', zip };
  if (part.startsWith('xl/')) return { format: 'xlsx', zip };
  if (part.startsWith('ppt/')) return { format: 'pptx', zip };
  if (zip.has('[Content_Types].xml')) throw new ExtractionError('corrupt', 'an office file without a document in it');
  throw new ExtractionError('refused', 'an archive: unpack it and import what is in it');
}

function sniffCompound(bytes: Uint8Array, tools: Tools): Sniffed {
  const root = openCompound(bytes, tools);
  const { streams, storages } = root;
  if (streams.has('EncryptedPackage') || streams.has('\tDRMContent') || storages.has('\u0006DataSpaces'))
    throw new ExtractionError('encrypted', 'the document asks for a password or a licence server');
  if (streams.has('WordDocument')) return { format: 'doc', root };
  if (streams.has('__properties_version1.0')) return { format: 'msg', root };
  if (streams.has('Workbook') || streams.has('Book')) throw unsupported('a workbook from before 2007 (.xls)');
  if (streams.has('PowerPoint Document')) throw unsupported('a presentation from before 2007 (.ppt)');
  throw unsupported('a compound file of an unknown program');
}

const MAIL_HEADER =
  /^(?:From|To|Subject|Date|Received|Return-Path|Message-ID|MIME-Version|Delivered-To|X-[\w-]+|DKIM-Signature):[ \t]/imu;

/** A TEI volume has `<TEI` as its root; other XML is no paper. */
function sniffXml(text: string): Sniffed {
  const root = /<([\w.-]+:)?([\w.-]+)[\s/>]/u.exec(text.replace(/<[?!][^>]*>/gu, ''))?.[2];
  const isKnown = root === undefined || /^(?:TEI|teiCorpus|div|text)$/u.test(root);
  if (!isKnown && /<!(?:DOCTYPE|ENTITY)/u.test(text.slice(0, 10_000)))
    throw new ExtractionError('refused', 'it declares a document type of its own and is no TEI volume');
  if (!isKnown) throw unsupported(`XML that is no TEI volume (<${root.slice(0, 40)}>)`);
  return { format: 'tei', text };
}

function sniffText(bytes: Uint8Array, name: string, tools: Tools): Sniffed {
  const extension = /\.([a-z\d]{1,10})$/iu.exec(name)?.[1]?.toLowerCase() ?? '';
  if (extension === 'eml') return { format: 'eml' };
  if (extension === 'htm' || extension === 'html' || extension === 'xhtml') return { format: 'html' };
  const text = textOf(bytes, tools);
  if (text.includes('\0')) throw unsupported('an unknown format');
  if (extension === 'xml' || extension === 'tei') return sniffXml(text);
  if (extension === 'md' || extension === 'markdown') return { format: 'markdown', text };
  if (extension === 'txt' || extension === 'text') return { format: 'text', text };
  const head = text.slice(0, 2000).trimStart();
  if (/^(?:<!doctype html|<html)\b/iu.test(head)) return { format: 'html' };
  if (/^<TEI\b/u.test(head.replace(/^<\?xml[^>]*>\s*/u, ''))) return sniffXml(text);
  if (extension === '' && MAIL_HEADER.test(head.split('\n', 3).join('\n'))) return { format: 'eml' };
  throw unsupported(extension === '' ? 'a text without an ending that says what it is' : `a .${extension} file`);
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
  if (BINARY_NAME.test(name))
    throw new ExtractionError('corrupt', bytes.length === 0 ? 'the file is empty' : 'it is not what its name says');
  return sniffText(bytes, name, tools);
}

/** `BM` and `MZ` begin words as well. */
const isText = (bytes: Uint8Array): boolean => /^[\t\n\r\x20-\x7e]*$/u.test(beginning(bytes, 64));
