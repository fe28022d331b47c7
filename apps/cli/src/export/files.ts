import { paperDocx, paperLabel, paperMail, paperMarkdown, paperPdf } from '#publish';
import type { Publication } from '#publish';

import type { Format } from '../values.js';
import { fontFiles } from './fontFiles.js';
import { publicationOf } from './publication.js';
import type { ExportedDocument, Exporter } from './publication.js';

export interface MadeFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The files of one document, and characters that no installed font could show. */
export interface MadeFiles {
  readonly files: readonly MadeFile[];
  readonly unprintable: readonly string[];
}

const MEDIA_TYPES: Readonly<Record<Format, string>> = {
  pdf: 'application/pdf',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  md: 'text/markdown; charset=utf-8',
  eml: 'message/rfc822',
};
const NAME_LENGTH = 60;
const utf8 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/**
 * Makes the wanted forms of a document, and its STANAG 4774 label beside them. A mail carries the other wanted forms and
 * the label.
 */
export async function makeFiles(
  document: ExportedDocument,
  exporter: Exporter,
  formats: readonly Format[],
): Promise<MadeFiles> {
  const publication = publicationOf(document, exporter);
  const name = fileNameOf(publication);
  const files: MadeFile[] = [];
  let unprintable: readonly string[] = [];
  const label = {
    name: `${name}.label.xml`,
    bytes: utf8(paperLabel(publication.paper, exporter.policy, exporter.stamp.at)),
  };
  for (const format of formats.filter((one) => one !== 'eml')) {
    const made = await make(publication, format);
    files.push({ name: `${name}.${format}`, bytes: made.bytes });
    unprintable = [...unprintable, ...made.unprintable];
  }
  if (formats.includes('eml')) files.push(mailOf(publication, name, [...files, label]));
  return { files: [...files, label], unprintable };
}

async function make(
  publication: Publication,
  format: Exclude<Format, 'eml'>,
): Promise<{ bytes: Uint8Array; unprintable: readonly string[] }> {
  switch (format) {
    case 'pdf':
      return paperPdf(publication, fontFiles);
    case 'docx':
      return { bytes: paperDocx(publication), unprintable: [] };
    case 'md':
      return { bytes: utf8(paperMarkdown(publication)), unprintable: [] };
  }
}

function mailOf(publication: Publication, name: string, files: readonly MadeFile[]): MadeFile {
  const parts = files.map((file) => {
    const [extension, mediaType] = kindOf(file.name);
    return { name: `paper.${extension}`, mediaType, bytes: file.bytes };
  });
  return { name: `${name}.eml`, bytes: utf8(paperMail(publication, parts, { base64, utf8 })) };
}

function kindOf(name: string): [extension: string, mediaType: string] {
  const known = Object.entries(MEDIA_TYPES).find(([format]) => name.endsWith(`.${format}`));
  return known ?? ['label.xml', 'application/xml'];
}

/** A name that says what it is and is another for every document: the title's letters and the end of the id. */
function fileNameOf({ paper: { id, title } }: Publication): string {
  const words = title.normalize('NFC').replaceAll(/[^\p{L}\p{M}\p{N}]+/gu, '-');
  const short = Array.from(words)
    .slice(0, NAME_LENGTH)
    .join('')
    .replaceAll(/^-+|-+$/g, '');
  return [short, id.slice(-12)].filter((part) => part !== '').join('-');
}
