import { because } from '#ingest';
import type { FileDocument } from '#ingest';

import readerUrl from './reader/worker.ts?worker&url';
import type { ReadAnswer, ReadRequest } from './reading.js';

/** What one file may take. */
const MOST_MS = 60_000;
export const MOST_BYTES = 64 * 1024 * 1024;

interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): object };
}

/** The one script that the worker may start, as the content security policy asks. */
const address = trusted();

function trusted(): string {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  const createScriptURL = (asked: string): string => {
    if (asked !== readerUrl) throw new TypeError('this is not the reader of files');
    return asked;
  };
  const made = trustedTypes?.createPolicy('chancery-worker', { createScriptURL }).createScriptURL(readerUrl);
  return (made ?? readerUrl) as string;
}

/** Reads one file in a worker of its own, which ends with it; one that takes too long is a refused one. */
export async function readConfined(request: ReadRequest): Promise<FileDocument[]> {
  const worker = new Worker(address, { type: 'module', name: 'chancery reader' });
  const documents: FileDocument[] = [];
  try {
    const end = await new Promise<'done' | 'late' | 'broken'>((resolve) => {
      setTimeout(resolve, MOST_MS, 'late');
      worker.onerror = (event) => {
        event.preventDefault();
        resolve('broken');
      };
      worker.onmessage = ({ data }: MessageEvent<ReadAnswer>) => {
        if ('done' in data) resolve('done');
        // the reader of PDF greets its own page from inside a worker: that is nobody's document
        else if ('document' in data) documents.push(data.document);
      };
      worker.postMessage(request, [request.bytes.buffer as ArrayBuffer]);
    });
    if (end === 'done') return documents;
    const reason = because(end === 'late' ? 'TOO_SLOW' : 'READER_LOST');
    const failure = end === 'late' ? 'refused' : 'corrupt';
    return [{ sourceId: request.name, inside: [], failure, problems: [{ documentId: request.name, ...reason }] }];
  } finally {
    worker.terminate();
  }
}
