import { utf8 } from '#primitives/verify';

import { paperDocx } from './docx/write.js';
import { publicationOf } from './exported.js';
import type { ExportedDocument, Exporter } from './exported.js';
import { paperMail } from './mail.js';
import { paperMarkdown } from './markdown.js';
import type { Publication } from './paper.js';
import type { FontSource } from './pdf/fonts.js';
import { paperPdf } from './pdf/write.js';
import { paperLabel } from './stanag.js';

/** The forms in which papers leave. */
export type Format = 'pdf' | 'docx' | 'md' | 'eml';

export interface MadeFile {
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/** The files of one document, and characters that none of the fonts could show. */
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

/**
 * Makes the wanted forms of a document, and its STANAG 4774 label beside them. A mail carries the other wanted forms and
 * the label.
 */
export async function paperFiles(
  document: ExportedDocument,
  exporter: Exporter,
  formats: readonly Format[],
  fonts: FontSource,
): Promise<MadeFiles> {
  const publication = publicationOf(document, exporter);
  const name = fileNameOf(publication);
  const files: MadeFile[] = [];
  const unprintable: string[] = [];
  const label = {
    name: `${name}.label.xml`,
    mediaType: 'application/xml',
    bytes: utf8(paperLabel(publication.paper, exporter.policy, exporter.stamp.at)),
  };
  for (const format of formats) {
    if (format === 'eml') continue;
    const made = await make(publication, format, fonts);
    files.push({ name: `${name}.${format}`, mediaType: MEDIA_TYPES[format], bytes: made.bytes });
    unprintable.push(...made.unprintable);
  }
  if (formats.includes('eml')) files.push(mailOf(publication, name, [...files, label]));
  return { files: [...files, label], unprintable };
}

async function make(
  publication: Publication,
  format: Exclude<Format, 'eml'>,
  fonts: FontSource,
): Promise<{ bytes: Uint8Array; unprintable: readonly string[] }> {
  switch (format) {
    case 'pdf':
      return paperPdf(publication, fonts);
    case 'docx':
      return { bytes: await paperDocx(publication), unprintable: [] };
    case 'md':
      return { bytes: utf8(paperMarkdown(publication)), unprintable: [] };
  }
}

function mailOf(publication: Publication, name: string, files: readonly MadeFile[]): MadeFile {
  const parts = files.map((file) => ({ ...file, name: `paper${file.name.slice(name.length)}` }));
  return { name: `${name}.eml`, mediaType: MEDIA_TYPES.eml, bytes: utf8(paperMail(publication, parts)) };
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
