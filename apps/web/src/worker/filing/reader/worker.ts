/**
 * Reads foreign files where there is no key and no vault: what a hostile file could make of a reader's fault is one worker, which is
 * ended with the file.
 */
import { Inflate } from 'fflate';

import { readDocumentFile } from '#ingest';
import type { FileDocument, Tools } from '#ingest';
import { ready, sha256, toHex } from '#primitives/verify';

import type { ReadAnswer, ReadRequest } from '../reading.js';

declare const self: DedicatedWorkerGlobalScope;

class TooLarge extends Error {
  readonly code = 'ERR_BUFFER_TOO_LARGE';
}

const tools: Tools = {
  inflate: (data, most) => {
    const pieces: Uint8Array[] = [];
    let size = 0;
    const inflating = new Inflate((piece) => {
      size += piece.length;
      if (size > most) throw new TooLarge('more comes out than is taken');
      pieces.push(piece);
    });
    inflating.push(data, true);
    const whole = new Uint8Array(size);
    let at = 0;
    for (const piece of pieces) {
      whole.set(piece, at);
      at += piece.length;
    }
    return whole;
  },
  decode: (data, encoding) => new TextDecoder(encoding).decode(data),
  digest: (data) => toHex(sha256(data)),
};

self.onmessage = ({ data }: MessageEvent<ReadRequest>) => void read(data);

async function read({ bytes, ...options }: ReadRequest): Promise<void> {
  await ready();
  for await (const document of readDocumentFile(bytes, options, tools)) sayDocument(document);
  say({ done: true });
}

/** A file inside goes as a copy of its own: as a view it would take everything around it along. */
function sayDocument({ content: inside, ...document }: FileDocument): void {
  if (!inside) {
    say({ document });
    return;
  }
  const content = inside.slice();
  say({ document: { ...document, content } }, [content.buffer]);
}

function say(answer: ReadAnswer, transfer: Transferable[] = []): void {
  self.postMessage(answer, transfer);
}
