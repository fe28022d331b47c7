import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

/** An answer of Meilisearch that is no success; holds its error code, never what was asked. */
export class MeilisearchError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
  ) {
    super(`Meilisearch answered ${String(status)} ${code}`);
    this.name = 'MeilisearchError';
  }
}

interface Wanted {
  readonly url: URL;
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

/**
 * Transport for Meilisearch's client. Its own, on `fetch`, waits for the peer's delayed acknowledgement, some 40 ms a
 * call; sockets without delay, kept open, do not.
 */
export class MeilisearchHttp {
  private readonly agents = {
    'http:': new HttpAgent({ keepAlive: true, noDelay: true }),
    'https:': new HttpsAgent({ keepAlive: true, noDelay: true }),
  };

  constructor(private readonly timeoutMs: number) {}

  readonly send = async (...[input, init = {}]: Parameters<typeof fetch>): Promise<unknown> => {
    const url = input instanceof URL ? input : new URL(typeof input === 'string' ? input : input.url);
    const body = typeof init.body === 'string' ? init.body : '';
    const headers = {
      ...Object.fromEntries(new Headers(init.headers)),
      'content-length': String(Buffer.byteLength(body)),
    };
    const { status, text } = await this.exchange({ url, method: init.method ?? 'GET', headers, body });
    const answer = text === '' ? undefined : (JSON.parse(text) as unknown);
    if (status >= 200 && status < 300) return answer;
    throw new MeilisearchError(status, (answer as { code?: string } | undefined)?.code ?? 'unknown');
  };

  close(): void {
    this.agents['http:'].destroy();
    this.agents['https:'].destroy();
  }

  /** A kept connection may have been closed at the other end just now: such a request goes out again on a new one. */
  private async exchange(wanted: Wanted): Promise<Answer> {
    for (;;) {
      const result = await this.attempt(wanted);
      if (result !== 'connection was closed') return result;
    }
  }

  private attempt({ url, method, headers, body }: Wanted): Promise<Answer | 'connection was closed'> {
    const secure = url.protocol === 'https:';
    const agent = this.agents[secure ? 'https:' : 'http:'];
    return new Promise((resolve, reject) => {
      const request = (secure ? httpsRequest : httpRequest)(url, { method, headers, agent }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('error', reject);
        response.once('end', () => {
          resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') });
        });
      });
      request.setTimeout(this.timeoutMs, () => request.destroy(new Error('Meilisearch did not answer in time')));
      request.once('error', (error: NodeJS.ErrnoException) => {
        if (request.reusedSocket && error.code === 'ECONNRESET') resolve('connection was closed');
        else reject(error);
      });
      request.end(body);
    });
  }
}
