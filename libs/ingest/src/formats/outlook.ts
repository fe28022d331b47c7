import { present } from '../draft.js';
import { because } from '../reasons.js';
import { latin1, Reader } from './bytes.js';
import type { Storage } from './compound.js';
import { textOf } from './encodings.js';
import { bounded, ExtractionError, LIMITS, tidied } from './extraction.js';
import type { EmbeddedFile, Extracted, Tools } from './extraction.js';
import { htmlText } from './html.js';
import { readRtf } from './rtf.js';
import { dayOfFileTime } from './summary.js';

/** Properties by their ids, [MS-OXPROPS]. */
const PROPERTY = {
  subject: '0037',
  senderName: '0C1A',
  senderAddress: '0C1F',
  displayTo: '0E04',
  body: '1000',
  html: '1013',
  compressedRtf: '1009',
  attachmentData: '3701',
  longFileName: '3707',
  fileName: '3704',
  displayName: '3001',
} as const;
const SENT = 0x0039;
const DELIVERED = 0x0e06;
const TIME = 0x0040;
const PROPERTIES = '__properties_version1.0';
const ATTACHMENT = /^__attach_version1\.0_#/u;

const stream = (storage: Storage, id: string, type: string): Uint8Array | undefined =>
  storage.streams.get(`__substg1.0_${id}${type}`)?.();

function text(storage: Storage, id: string, tools: Tools): string {
  const unicode = stream(storage, id, '001F');
  if (unicode !== undefined) return tools.decode(unicode, 'utf-16le').replaceAll('\0', '');
  const bytes = stream(storage, id, '001E');
  return bytes === undefined ? '' : textOf(bytes, tools).replaceAll('\0', '');
}

/** Rows of 16 bytes after a head of 32, in a message inside another one of 24: [MS-OXMSG] 2.4. */
function dateOf(storage: Storage, depth: number): string | undefined {
  const reader = new Reader(storage.streams.get(PROPERTIES)?.() ?? new Uint8Array());
  const times = new Map<number, bigint>();
  for (let at = depth === 0 ? 32 : 24; at + 16 <= reader.bytes.length; at += 16) {
    if (reader.u16(at) === TIME) times.set(reader.u16(at + 2), reader.u64(at + 8));
  }
  const time = times.get(SENT) ?? times.get(DELIVERED);
  return time === undefined ? undefined : dayOfFileTime(time);
}

/** What every compressed RTF begins from, [MS-OXRTFCP] 2.1.2.1. */
const RTF_DICTIONARY =
  '{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx';
const DICTIONARY_SIZE = 4096;

/** Unpacks the RTF of a message: runs of bytes and references into the last 4096 of them. */
function unpackedRtf(packed: Uint8Array): Uint8Array {
  const reader = new Reader(packed);
  const size = Math.min(reader.u32(4), LIMITS.partBytes);
  if (latin1(packed.subarray(8, 12)) === 'MELA') return reader.slice(16, Math.min(size, packed.length - 16));
  const window = new Uint8Array(DICTIONARY_SIZE);
  window.set(Uint8Array.from(RTF_DICTIONARY, (one) => one.charCodeAt(0)));
  const out = new Uint8Array(size);
  let [from, at, length] = [16, RTF_DICTIONARY.length, 0];
  const put = (byte: number): void => {
    window[at % DICTIONARY_SIZE] = byte;
    at += 1;
    if (length < size) out[length] = byte;
    length += 1;
  };
  while (from < packed.length && length < size) {
    const control = reader.u8(from);
    from += 1;
    for (let bit = 0; bit < 8 && from < packed.length && length < size; bit += 1) {
      if ((control & (1 << bit)) === 0) {
        put(reader.u8(from));
        from += 1;
        continue;
      }
      const token = (reader.u8(from) << 8) | reader.u8(from + 1);
      from += 2;
      const offset = token >>> 4;
      if (offset === at % DICTIONARY_SIZE) return out.subarray(0, length);
      for (let n = 0; n < (token & 15) + 2; n += 1) put(window[(offset + n) % DICTIONARY_SIZE] ?? 0);
    }
  }
  return out.subarray(0, Math.min(length, size));
}

function bodyOf(message: Storage, tools: Tools): string {
  const body = text(message, PROPERTY.body, tools);
  if (body.trim() !== '') return tidied(body);
  const html = stream(message, PROPERTY.html, '0102');
  if (html !== undefined) return htmlText(textOf(html, tools));
  const rtf = stream(message, PROPERTY.compressedRtf, '0102');
  return rtf === undefined ? '' : readRtf(unpackedRtf(rtf), tools).text;
}

function attachmentOf(attachment: Storage, at: number, depth: number, tools: Tools): EmbeddedFile[] {
  const { longFileName, fileName, displayName } = PROPERTY;
  const names = [longFileName, fileName, displayName].map((id) => text(attachment, id, tools).trim());
  const name = names.find((one) => one !== '') ?? `attachment ${at + 1}`;
  const bytes = stream(attachment, PROPERTY.attachmentData, '0102');
  if (bytes !== undefined) return [{ name, bytes }];
  const message = attachment.storages.get(`__substg1.0_${PROPERTY.attachmentData}000D`);
  return message?.streams.has(PROPERTIES) === true ? [{ name, document: readMessage(message, tools, depth + 1) }] : [];
}

function readMessage(message: Storage, tools: Tools, depth: number): Extracted {
  if (depth > LIMITS.nesting)
    throw new ExtractionError('refused', because('TOO_DEEP', { detail: 'messages are nested too deeply' }));
  const [name, address] = [PROPERTY.senderName, PROPERTY.senderAddress].map((id) => text(message, id, tools).trim());
  // an address of the house's own directory (/O=…) says nothing to people
  const isMailbox = address?.includes('@') === true && address !== name;
  const from = isMailbox ? `${name ?? ''} <${address}>` : name;
  const attachments = [...message.storages].filter(([title]) => ATTACHMENT.test(title)).slice(0, LIMITS.embeddedFiles);
  return {
    metadata: present({
      title: text(message, PROPERTY.subject, tools).trim(),
      author: from,
      from,
      to: text(message, PROPERTY.displayTo, tools).trim(),
      date: dateOf(message, depth),
    }),
    text: bounded(bodyOf(message, tools)),
    embedded: attachments.flatMap(([, attachment], at) => attachmentOf(attachment, at, depth, tools)),
  };
}

/** Reads a message that Outlook has saved ([MS-OXMSG]), with what is attached to it. */
export function readOutlook(root: Storage, tools: Tools): Extracted {
  try {
    return readMessage(root, tools, 0);
  } catch (error) {
    if (error instanceof RangeError)
      throw new ExtractionError('corrupt', because('DAMAGED', { detail: 'Outlook message' }));
    throw error;
  }
}
