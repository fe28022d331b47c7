import { createHash } from 'node:crypto';
import { readSync, writeSync } from 'node:fs';
import { inflateRawSync } from 'node:zlib';

import type { FileDocument, Tools } from '#ingest';
import type { SecurityPolicy } from '#policy';

import { closeNetwork } from './lock.js';
import { CONTENT_PIECE, PIECE_HEADER, requestSchema } from './protocol.js';
import { recogniserFor } from './recogniser.js';

const STDIN = 0;
const STDOUT = 1;

const tools: Tools = {
  inflate: (data, most) => inflateRawSync(data, { maxOutputLength: Math.max(1, most) }),
  decode: (data, encoding) => new TextDecoder(encoding).decode(data),
  digest: (data) => createHash('sha256').update(data).digest('hex'),
};

/** Exactly so many bytes, or undefined where the parent has closed the stream. */
function take(length: number): Buffer | undefined {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length;) {
    const count = readSync(STDIN, bytes, at, length - at, null);
    if (count === 0) return undefined;
    at += count;
  }
  return bytes;
}

let recogniser: NonNullable<Tools['recognise']> | undefined;

/** Pictures are read when it was asked for; one worker does it in the same languages throughout. */
function toolsFor(ocr: readonly string[]): Tools {
  if (ocr.length === 0) return tools;
  const recognise: Tools['recognise'] = async (picture) => {
    recogniser ??= await recogniserFor(ocr);
    try {
      return await recogniser(picture);
    } catch (error) {
      // a machine that has broken off at one picture reads no other
      recogniser = undefined;
      throw error;
    }
  };
  return { ...tools, recognise };
}

function takePiece(): Buffer | undefined {
  const length = take(PIECE_HEADER)?.readUInt32BE();
  return length === undefined ? undefined : take(length);
}

function takeFile(): Uint8Array | undefined {
  const pieces: Buffer[] = [];
  for (;;) {
    const piece = takePiece();
    if (piece === undefined) return undefined;
    if (piece.length === 0) return new Uint8Array(Buffer.concat(pieces));
    pieces.push(piece);
  }
}

function say(answer: object): void {
  const line = Buffer.from(`${JSON.stringify(answer)}\n`);
  for (let at = 0; at < line.length;) at += writeSync(STDOUT, line, at);
}

/** A document goes behind the file inside that it was made from. */
function sayDocument({ content, ...document }: FileDocument): void {
  const bytes = Buffer.from(content ?? []);
  for (let at = 0; at < bytes.length; at += CONTENT_PIECE)
    say({ type: 'piece', base64: bytes.subarray(at, at + CONTENT_PIECE).toString('base64') });
  say({ type: 'document', document });
}

/** Libraries talk about what they read; it would stand between the answers, and it is content. */
function silence(): void {
  for (const name of ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const) console[name] = () => undefined;
}

/** Reads files from stdin, one after the other, and answers on stdout, until stdin ends. */
async function serve(): Promise<void> {
  silence();
  closeNetwork();
  // loaded behind the closed door
  const { readDocumentFile } = await import('#ingest');
  say({ type: 'ready' });
  for (let head = takePiece(); head !== undefined; head = takePiece()) {
    const { policy, ocr, ...names } = requestSchema.parse(JSON.parse(head.toString('utf8')));
    const bytes = takeFile();
    if (bytes === undefined) return;
    const options = { ...names, policy: policy as SecurityPolicy };
    for await (const document of readDocumentFile(bytes, options, toolsFor(ocr))) sayDocument(document);
    say({ type: 'done' });
  }
}

await serve();
