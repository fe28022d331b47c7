import type { Address, Attachment, Email } from 'postal-mime';

import { isoDate } from '../dates.js';
import { present } from '../draft.js';
import { because } from '../reasons.js';
import { bounded, ExtractionError, LIMITS, tidied } from './extraction.js';
import type { EmbeddedFile, Extracted, Metadata } from './extraction.js';
import { htmlText } from './html.js';

const HEADER_BYTES = 1024 * 1024;
const NESTED_PARTS = 50;

function person({ name, address, group }: Address): string {
  if (group !== undefined) return group.map(person).join('; ');
  return name === '' || name === address ? address : `${name} <${address}>`;
}

function metadataOf({ subject, from, to, date }: Email): Metadata {
  const sender = from === undefined ? '' : person(from);
  return present({
    title: subject?.replace(/\s+/gu, ' ').trim(),
    author: sender,
    from: sender,
    to: (to ?? []).map(person).join('; '),
    date: isoDate((date ?? '').slice(0, 10))?.date,
  });
}

const EXTENSIONS: Readonly<Record<string, string>> = {
  'message/rfc822': 'eml',
  'text/plain': 'txt',
  'text/html': 'html',
  'text/markdown': 'md',
};

function embedded({ filename, mimeType, content }: Attachment, at: number): EmbeddedFile {
  const bytes = typeof content === 'string' ? new Uint8Array() : new Uint8Array(content);
  const extension = EXTENSIONS[mimeType.toLowerCase()];
  const name = filename ?? `part ${at + 1}`;
  const isNamed = extension === undefined || /\.[a-z\d]{1,8}$/iu.test(name);
  return { name: isNamed ? name : `${name}.${extension}`, bytes };
}

/** Reads an e-mail (RFC 5322, MIME): its own text, what is attached as files of their own, one inside the other. */
export async function readMail(bytes: Uint8Array): Promise<Extracted> {
  const { default: PostalMime } = await import('postal-mime');
  const email = await PostalMime.parse(bytes, {
    attachmentEncoding: 'arraybuffer',
    forceRfc822Attachments: true,
    maxNestingDepth: NESTED_PARTS,
    maxHeadersSize: HEADER_BYTES,
  }).catch(() => {
    throw new ExtractionError('corrupt', because('DAMAGED', { detail: 'e-mail' }));
  });
  if (email.headers.length === 0) throw new ExtractionError('corrupt', because('MAIL_HEADERS'));
  const text = (email.text ?? '').trim() === '' ? htmlText(email.html ?? '') : tidied(email.text ?? '');
  return {
    metadata: metadataOf(email),
    text: bounded(text),
    embedded: email.attachments.slice(0, LIMITS.embeddedFiles).map(embedded),
  };
}
