import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How the service behaves; it is well when it `answers`. */
export type Manner =
  'answers' | 'hangs' | 'fails' | 'answers other dimensions' | 'answers without end' | 'answers nonsense';

interface Posted {
  readonly model: string;
  readonly input: readonly string[];
}

/** Words of one line mean the same to the service, in whatever language they are. */
const MEANINGS = [
  ['tragedy', 'sank', 'drowned', 'catastrophe'],
  ['timetable', 'noon', 'hourly'],
  ['tariff', 'fares'],
];

/** One number a meaning: how often it comes; the last is never zero, so that every text has a direction. */
function meaningOf(text: string): number[] {
  const words = text.toLowerCase().split(/\W+/);
  return [...MEANINGS.map((meaning) => words.filter((word) => meaning.includes(word)).length), 0.1];
}

/** A real service on 127.0.0.1 that turns texts into vectors, and that can be told to misbehave. */
export class LocalEmbeddingService {
  manner: Manner = 'answers';
  /** A text with this word is refused. */
  stumblesOver: string | undefined;
  readonly posted: Posted[] = [];
  readonly authorizations = new Set<string | undefined>();
  private readonly server = createServer((request, response) => {
    void this.answer(request, response);
  });

  static async launch(): Promise<LocalEmbeddingService> {
    const service = new LocalEmbeddingService();
    await new Promise<void>((resolve) => service.server.listen(0, '127.0.0.1', resolve));
    return service;
  }

  get url(): string {
    return `http://127.0.0.1:${String((this.server.address() as AddressInfo).port)}/v1/embeddings`;
  }

  /** Everything that it was ever sent. */
  get texts(): string[] {
    return this.posted.flatMap(({ input }) => input);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const asked = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Posted;
    this.posted.push(asked);
    this.authorizations.add(request.headers.authorization);
    if (this.manner === 'hangs') return;
    if (this.manner === 'answers without end') {
      this.pour(response);
      return;
    }
    const { status, body } = this.reply(asked.input);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }

  private reply(texts: readonly string[]): { status: number; body: unknown } {
    const stumbles = this.stumblesOver !== undefined && texts.some((text) => text.includes(this.stumblesOver ?? ''));
    if (this.manner === 'fails' || stumbles) return { status: 500, body: { error: { message: texts } } };
    if (this.manner === 'answers nonsense') return { status: 200, body: { data: [{ embedding: ['a', null] }] } };
    const more = this.manner === 'answers other dimensions' ? [1] : [];
    const data = texts.map((text, index) => ({ object: 'embedding', index, embedding: [...meaningOf(text), ...more] }));
    return { status: 200, body: { object: 'list', data: data.toReversed() } };
  }

  private pour(response: ServerResponse): void {
    const more = () => {
      while (!response.destroyed && response.write('[0.1,0.2,0.3,0.4],'.repeat(5000)));
    };
    response.writeHead(200).write('{"data":[');
    response.on('drain', more);
    more();
  }
}
