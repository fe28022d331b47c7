import { documentText } from '#document';
import { toBase64, utf8 } from '#primitives/verify';

import { stampLine } from './paper.js';
import type { Publication } from './paper.js';

const LINE = 76;
/** Of one encoded word, so that it fits on a line with the name of its header. */
const WORD_BYTES = 36;
const CRLF = '\r\n';

/** A file that goes with the mail. */
export interface MailPart {
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/**
 * A paper as an e-mail (RFC 5322, MIME): its text between its markings, other forms of it as parts. From and To are the words of
 * the paper, without addresses: groups without members (RFC 6854).
 */
export function paperMail(publication: Publication, parts: readonly MailPart[]): string {
  const { paper, stamp } = publication;
  const boundary = `chancery-${stamp.exportId}`;
  const header = (name: string, value: string | undefined): string[] =>
    value === undefined || value === '' ? [] : [`${name}: ${encoded(value)}`];
  const group = (name: string, value: string | undefined): string[] =>
    value === undefined || value === '' ? [] : [`${name}: ${encoded(value)}:;`];
  const headers = [
    ...(paper.from === undefined ? ['From: Chancery:;'] : group('From', paper.from)),
    ...group('To', paper.to),
    `Date: ${mailDate(stamp.at)}`,
    `Message-ID: <${paper.id.slice(-8)}.${stamp.exportId}@chancery>`,
    ...header('Subject', `[${paper.marking}] ${paper.title}`),
    ...header('Chancery-Marking', paper.marking),
    ...header('Chancery-Export', stampLine(stamp)),
    'MIME-Version: 1.0',
    `Content-Type: multipart/mixed;${CRLF} boundary="${boundary}"`,
  ];
  const sections = [textSection(publication), ...parts.map(fileSection)];
  const body = sections.map((section) => `--${boundary}${CRLF}${section}${CRLF}`).join('');
  return `${headers.join(CRLF)}${CRLF}${CRLF}${body}--${boundary}--${CRLF}`;
}

function textSection({ paper, stamp, portionMark }: Publication): string {
  const blocks = paper.body.content.map((block) => {
    const text = documentText({ type: 'doc', content: [block] });
    return block.attrs.label ? `${portionMark(block.attrs.label)} ${text}` : text;
  });
  const facts = paper.facts.map(({ name, value }) => `${name}: ${value}`);
  const notes = paper.footnotes.map(({ mark, text }) => `[${mark}] ${text.trim()}`);
  const whole = [
    paper.marking,
    paper.title,
    facts.join('\n'),
    ...blocks,
    notes.join('\n'),
    stampLine(stamp),
    paper.marking,
  ];
  const text = whole
    .filter((part) => part !== '')
    .join('\n\n')
    .replaceAll('\n', CRLF);
  const headers = ['Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: base64'];
  return `${headers.join(CRLF)}${CRLF}${CRLF}${folded(toBase64(utf8(text)))}`;
}

function fileSection({ name, mediaType, bytes }: MailPart): string {
  const headers = [
    `Content-Type: ${mediaType}`,
    'Content-Transfer-Encoding: base64',
    `Content-Disposition: attachment; filename="${name}"`,
  ];
  return `${headers.join(CRLF)}${CRLF}${CRLF}${folded(toBase64(bytes))}`;
}

/** RFC 2047: words of base64, none of them longer than a line may be; plain ASCII stays as it is. */
function encoded(value: string): string {
  const line = value.replaceAll(/[\p{Cc}\s]+/gu, ' ').trim();
  const isPlain = /^[\w !#$%&'*+/=?^`{|}~.-]*$/u.test(line) && line.length <= LINE - 20;
  if (isPlain) return line;
  const words: string[] = [''];
  for (const character of line) {
    const longer = (words.at(-1) ?? '') + character;
    if (utf8(longer).length <= WORD_BYTES) words[words.length - 1] = longer;
    else words.push(character);
  }
  return words.map((word) => `=?utf-8?B?${toBase64(utf8(word))}?=`).join(`${CRLF} `);
}

const folded = (base64: string): string => base64.match(new RegExp(`.{1,${LINE}}`, 'g'))?.join(CRLF) ?? '';

/** RFC 5322, section 3.3. */
const mailDate = (at: Date): string => at.toUTCString().replace('GMT', '+0000');
