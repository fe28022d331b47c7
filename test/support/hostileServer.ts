/**
 * The real server behind a proxy that lies on command. Clients reach it by the proxy's address alone, which is also the
 * origin that they sign, so that they can't tell it from an honest one:
 *
 *   const { ministry, hostile } = await startHostileMinistry([{ name: 'Ada' }]);
 *   const stop = hostile.lie('Envelopes', async ({ deviceId, ask }) => {
 *     if (deviceId !== ada.deviceId) return undefined;           // nothing returned: the honest answer
 *     const answer = await ask();                                // what the real server says, to be changed
 *     return { data: { envelopes: { ...answer.data?.['envelopes'], lastSeq: 0 } } };
 *   });
 *   hostile.lieInHints((hint, deviceId) => (deviceId === ada.deviceId ? undefined : hint));      // undefined: dropped
 *   hostile.lieOverHttp(async ({ path }, pass) => (path.startsWith('/blobs/') ? { ...(await pass()), body: … } : undefined));
 *   stop();                                                      // honest again; `honest()` ends every lie
 *
 * `real` is the server behind it (its database, its data folder with its keys: whatever an intruder there has).
 */
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

import WebSocket, { WebSocketServer } from 'ws';

import type { HintsSubscription } from '#contracts';

import { startMinistry } from './clients.js';
import type { ClientMinistry, MinistryOverrides, StaffMember } from './clients.js';
import { startServer } from './server.js';
import type { ServerOverrides, TestServer } from './server.js';

export interface Answer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly unknown[];
}

/** One GraphQL operation on its way to the real server. */
export interface Exchange {
  /** Name of the operation as it stands in operations.graphql. */
  readonly operation: string;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Whose session it is; undefined for operations without one. */
  readonly deviceId: string | undefined;
  /** Asks the real server, with the same variables or others, in the name of the same device. */
  readonly ask: (variables?: Readonly<Record<string, unknown>>) => Promise<Answer>;
}

export type Lie = (exchange: Exchange) => Promise<Answer | undefined> | Answer | undefined;
export type Hint = HintsSubscription['hints'];
export type HintLie = (hint: Hint, deviceId: string | undefined) => Hint | undefined;

/** A request beside GraphQL, for instance of an attachment. */
export interface HttpRequest {
  readonly method: string;
  /** With the query, beginning with a slash. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export type HttpLie = (request: HttpRequest, pass: () => Promise<HttpAnswer>) => Promise<HttpAnswer | undefined>;

export interface HostileServer extends TestServer {
  readonly real: TestServer;
  /** Lies about one operation; the newest lie that returns anything counts. Returns the function that ends it. */
  lie(operation: string, lie: Lie): () => void;
  lieInHints(lie: HintLie): () => void;
  lieOverHttp(lie: HttpLie): () => void;
  /** Ends all lies. */
  honest(): void;
}

/** A ministry whose clients reach its server through the proxy; `ministry.stop` ends everything. */
export async function startHostileMinistry(
  people: readonly StaffMember[],
  overrides: MinistryOverrides = {},
): Promise<{ ministry: ClientMinistry; hostile: HostileServer }> {
  const started: { hostile?: HostileServer } = {};
  const start = async (given: ServerOverrides): Promise<TestServer> =>
    (started.hostile = await startHostileServer(given));
  const ministry = await startMinistry(people, overrides, start);
  if (!started.hostile) throw new Error('the hostile server did not start');
  return { ministry, hostile: started.hostile };
}

/** Starts proxy and server; `stop` ends both. */
export async function startHostileServer(overrides: ServerOverrides = {}): Promise<HostileServer> {
  const proxy = new Proxy();
  await proxy.listen();
  const environment = { ...overrides.environment, CHANCERY_ORIGIN: proxy.url };
  const real = await startServer({ ...overrides, environment }).catch(async (error: unknown) => {
    await proxy.close();
    throw error;
  });
  proxy.target = real.url;
  const stop = async (): Promise<void> => {
    await proxy.close();
    await real.stop();
  };
  return {
    ...real,
    real,
    url: proxy.url,
    port: proxy.port,
    stop,
    lie: (operation, lie) => proxy.lies.add({ operation, lie }),
    lieInHints: (lie) => proxy.hintLies.add(lie),
    lieOverHttp: (lie) => proxy.httpLies.add(lie),
    honest: () => {
      proxy.honest();
    },
  };
}

/** What is told untruly, the newest first. */
class Lies<Kind> {
  private all: Kind[] = [];

  add(lie: Kind): () => void {
    this.all = [lie, ...this.all];
    return () => {
      this.all = this.all.filter((other) => other !== lie);
    };
  }

  clear(): void {
    this.all = [];
  }

  [Symbol.iterator](): Iterator<Kind> {
    return this.all[Symbol.iterator]();
  }
}

const OPERATION = /\b(?:query|mutation|subscription)\s+(\w+)/u;
/** Headers that belong to one connection, or that this proxy makes anew. */
const OWN_HEADERS = /^(connection|keep-alive|transfer-encoding|content-length|content-encoding|host|upgrade)$/u;

class Proxy {
  readonly lies = new Lies<{ operation: string; lie: Lie }>();
  readonly hintLies = new Lies<HintLie>();
  readonly httpLies = new Lies<HttpLie>();
  target = '';
  port = 0;
  private readonly devices = new Map<string, string>();
  private readonly server: Server = createServer((request, response) => void this.handle(request, response));
  private readonly sockets = new WebSocketServer({ server: this.server, handleProtocols: ([first]) => first ?? false });

  constructor() {
    this.sockets.on('connection', (socket) => {
      this.join(socket);
    });
  }

  get url(): string {
    return `http://127.0.0.1:${String(this.port)}`;
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    ({ port: this.port } = this.server.address() as AddressInfo);
  }

  async close(): Promise<void> {
    for (const socket of this.sockets.clients) socket.terminate();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  honest(): void {
    for (const lies of [this.lies, this.hintLies, this.httpLies]) lies.clear();
  }

  private async handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const { method = 'GET', url: path = '/', headers } = incoming;
      const request = { method, path, headers, body: await buffer(incoming) };
      const isOperation = method === 'POST' && path.split('?')[0] === '/graphql';
      const { status, headers: given, body } = await (isOperation ? this.operate(request) : this.pass(request));
      response.writeHead(status, { ...given, 'content-length': body.length }).end(body);
    } catch {
      response.destroy(); // the real server is gone: so is this one
    }
  }

  private async pass(request: HttpRequest): Promise<HttpAnswer> {
    const honest = (): Promise<HttpAnswer> => this.forward(request);
    for (const lie of this.httpLies) {
      const answer = await lie(request, honest);
      if (answer) return answer;
    }
    return honest();
  }

  private async operate(request: HttpRequest): Promise<HttpAnswer> {
    const { query, variables = {} } = JSON.parse(request.body.toString()) as { query: string; variables?: object };
    let status = 200;
    const ask = async (asked: object = variables): Promise<Answer> => {
      const body = Buffer.from(JSON.stringify({ query, variables: asked }));
      const answer = await this.forward({ ...request, body });
      ({ status } = answer);
      return JSON.parse(answer.body.toString()) as Answer;
    };
    const operation = OPERATION.exec(query)?.[1] ?? '';
    const deviceId = this.devices.get(tokenOf(request.headers.authorization));
    const exchange = { operation, variables: variables as Record<string, unknown>, deviceId, ask };
    const answer = (await this.told(exchange)) ?? (await ask());
    if (operation === 'OpenSession') this.remember(exchange, answer);
    return { status, headers: { 'content-type': 'application/json' }, body: Buffer.from(JSON.stringify(answer)) };
  }

  private async told(exchange: Exchange): Promise<Answer | undefined> {
    for (const { operation, lie } of this.lies) {
      const answer = operation === exchange.operation ? await lie(exchange) : undefined;
      if (answer) return answer;
    }
    return undefined;
  }

  /** Which device a session belongs to. */
  private remember({ variables }: Exchange, { data }: Answer): void {
    const { input } = variables as { input?: { deviceId?: string } };
    const session = data?.['openSession'] as { token?: string } | undefined;
    if (input?.deviceId !== undefined && session?.token !== undefined) {
      this.devices.set(session.token, input.deviceId);
    }
  }

  private async forward({ method, path, headers, body }: HttpRequest): Promise<HttpAnswer> {
    const hasBody = method !== 'GET' && method !== 'HEAD';
    const answer = await fetch(this.target + path, {
      method,
      headers: passedOn(headers),
      ...(hasBody && { body: new Uint8Array(body) }),
    });
    return { status: answer.status, headers: passedOn(answer.headers), body: Buffer.from(await answer.arrayBuffer()) };
  }

  /** Message by message in both directions; hints may be changed or dropped. */
  private join(client: WebSocket): void {
    const real = new WebSocket(`${this.target.replace('http', 'ws')}/graphql`, client.protocol);
    const waiting: string[] = [];
    let deviceId: string | undefined;
    client.on('message', (data: Buffer) => {
      const message = data.toString();
      deviceId ??= this.devices.get(tokenIn(message));
      if (real.readyState === WebSocket.OPEN) real.send(message);
      else waiting.push(message);
    });
    real.on('open', () => {
      for (const message of waiting.splice(0)) real.send(message);
    });
    real.on('message', (data: Buffer) => {
      const message = this.toldInHint(data.toString(), deviceId);
      if (message !== undefined && client.readyState === WebSocket.OPEN) client.send(message);
    });
    closeTogether(client, real);
  }

  private toldInHint(message: string, deviceId: string | undefined): string | undefined {
    const { type, payload, ...rest } = JSON.parse(message) as { type: string; payload?: { data?: { hints?: Hint } } };
    let hint = payload?.data?.hints;
    if (type !== 'next' || !hint) return message;
    for (const lie of this.hintLies) {
      hint = lie(hint, deviceId);
      if (!hint) return undefined;
    }
    return JSON.stringify({ ...rest, type, payload: { ...payload, data: { ...payload?.data, hints: hint } } });
  }
}

function closeTogether(client: WebSocket, real: WebSocket): void {
  const isCode = (code: number): boolean => code === 1000 || code >= 3000;
  for (const [from, to] of [
    [client, real],
    [real, client],
  ] as const) {
    from.on('error', () => undefined);
    from.on('close', (code, reason) => {
      if (isCode(code)) to.close(code, reason);
      else to.terminate();
    });
  }
}

function passedOn(headers: IncomingMessage['headers'] | Headers): Record<string, string> {
  const entries = headers instanceof Headers ? [...headers.entries()] : Object.entries(headers);
  return Object.fromEntries(
    entries.flatMap(([name, value]) => (OWN_HEADERS.test(name) || value === undefined ? [] : [[name, String(value)]])),
  );
}

const tokenOf = (authorization = ''): string => authorization.replace(/^Bearer /u, '');

/** The token that opens a subscription. */
function tokenIn(message: string): string {
  const { type, payload } = JSON.parse(message) as { type: string; payload?: { authorization?: string } };
  return type === 'connection_init' ? tokenOf(payload?.authorization) : '';
}
