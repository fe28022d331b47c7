import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

import type { OnApplicationShutdown } from '@nestjs/common';
import { z } from 'zod';

import type { EmbeddingService } from '../../../config/index.js';
import { EmbeddingError, EmbeddingProvider } from './embeddingProvider.js';
import { normalised } from './vectors.js';

const MAX_DIMENSIONS = 4096;
/** Longest way to write a number of a vector, with what stands around it, in bytes. */
const NUMBER_BYTES = 32;
/** What an answer may have beside its vectors, in bytes. */
const OTHER_BYTES = 64 * 1024;

const answer = z.object({
  data: z.array(
    z.object({ embedding: z.array(z.number()).min(1).max(MAX_DIMENSIONS), index: z.int().min(0).optional() }),
  ),
});

interface Reply {
  readonly status: number;
  readonly text: string;
}

/**
 * A service that takes `POST {model, input: [text, …]}` and answers `{data: [{embedding: [number, …]}, …]}`, in the order of the texts
 * or with their `index`. Connections are kept open, and redirections are not followed: the key goes to no other address.
 */
export class HttpEmbeddings extends EmbeddingProvider implements OnApplicationShutdown {
  private readonly url: URL;
  private readonly agent: HttpAgent;

  constructor(private readonly service: EmbeddingService) {
    super();
    this.url = new URL(service.url);
    const options = { keepAlive: true, noDelay: true };
    this.agent = this.url.protocol === 'https:' ? new HttpsAgent(options) : new HttpAgent(options);
  }

  onApplicationShutdown(): void {
    this.agent.destroy();
  }

  override async embed(texts: readonly string[], signal: AbortSignal): Promise<Float32Array[]> {
    const body = JSON.stringify({ model: this.service.model, input: texts });
    const { status, text } = await this.exchange(
      body,
      OTHER_BYTES + texts.length * MAX_DIMENSIONS * NUMBER_BYTES,
      signal,
    );
    if (status < 200 || status >= 300) throw new EmbeddingError('REFUSED');
    return vectorsOf(text, texts.length);
  }

  /** A kept connection may have been closed at the other end just now: such a request goes out again on a new one. */
  private async exchange(body: string, most: number, signal: AbortSignal): Promise<Reply> {
    for (;;) {
      const reply = await this.attempt(body, most, signal).catch((error: unknown) => {
        throw failureOf(error, signal);
      });
      if (reply !== 'connection was closed') return reply;
    }
  }

  private attempt(body: string, most: number, signal: AbortSignal): Promise<Reply | 'connection was closed'> {
    const { key } = this.service;
    const headers = {
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
    };
    const send = this.url.protocol === 'https:' ? httpsRequest : httpRequest;
    return new Promise((resolve, reject) => {
      const options = { method: 'POST', headers, agent: this.agent, signal };
      const request = send(this.url, options, (response) => {
        readAtMost(response, most).then((text) => {
          resolve({ status: response.statusCode ?? 0, text });
        }, reject);
      });
      request.on('error', (error: NodeJS.ErrnoException) => {
        if (request.reusedSocket && error.code === 'ECONNRESET') resolve('connection was closed');
        else reject(error);
      });
      request.end(body);
    });
  }
}

/** Leaving the loop early closes the connection. */
async function readAtMost(response: IncomingMessage, most: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > most) throw new EmbeddingError('TOO_LARGE');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function failureOf(error: unknown, signal: AbortSignal): EmbeddingError {
  if (error instanceof EmbeddingError) return error;
  return new EmbeddingError(signal.aborted ? 'SLOW' : 'UNREACHABLE');
}

function vectorsOf(text: string, count: number): Float32Array[] {
  const { data } = parsed(text);
  const inOrder = data.map((item, at) => ({ ...item, index: item.index ?? at })).sort((a, b) => a.index - b.index);
  const isWhole = inOrder.length === count && inOrder.every(({ index }, at) => index === at);
  const [first] = inOrder;
  if (!isWhole || !first) throw new EmbeddingError('UNREADABLE');
  return inOrder.map(({ embedding }) => {
    if (embedding.length !== first.embedding.length) throw new EmbeddingError('DIMENSIONS');
    return directed(embedding);
  });
}

function parsed(text: string): z.infer<typeof answer> {
  try {
    return answer.parse(JSON.parse(text));
  } catch {
    throw new EmbeddingError('UNREADABLE');
  }
}

function directed(numbers: readonly number[]): Float32Array {
  const vector = normalised(numbers);
  if (!vector) throw new EmbeddingError('UNREADABLE');
  return vector;
}
