import { Agent, createServer, request as ask } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

import WebSocket, { WebSocketServer } from 'ws';

/** A request on its way to the real server. */
export interface ProxyRequest {
  readonly method: string;
  /** With the query, beginning with a slash. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  /** Name of the GraphQL operation as it stands in operations.graphql; empty for requests beside GraphQL. */
  readonly operation: string;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Whose session it is; undefined for requests without one. */
  readonly deviceId: string | undefined;
}

export interface ProxyAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Passes a message on to the device; a device that has gone gets nothing. */
export type Pass = (message: string) => void;

const OPERATION = /\b(?:query|mutation|subscription)\s+(\w+)/u;
/** Headers that belong to one connection, or that the proxy makes anew: it reads bodies whole, and unpacked. */
const OWN_HEADERS =
  /^(accept-encoding|connection|content-encoding|content-length|host|keep-alive|transfer-encoding|upgrade)$/u;

/**
 * Stands on 127.0.0.1 between devices and the real server, passes on requests and subscriptions, and knows which device each belongs to.
 * What becomes of them is decided by those who extend it.
 */
export abstract class LocalProxy {
  port = 0;
  private readonly devices = new Map<string, string>();
  private readonly agent = new Agent({ keepAlive: true });
  private readonly server = createServer((incoming, response) => void this.handle(incoming, response));
  private readonly sockets = new WebSocketServer({ server: this.server, handleProtocols: ([first]) => first ?? false });
  private readonly owners = new Map<WebSocket, string>();

  constructor() {
    this.server.keepAliveTimeout = 0; // on a busy machine it would close what a device is about to use: a fault that nobody asked for
    this.sockets.on('connection', (socket) => {
      this.join(socket);
    });
  }

  /** Port of the real server. */
  protected abstract get target(): number;

  /** What is answered; when it throws, the connection breaks. */
  protected abstract carry(request: ProxyRequest): Promise<ProxyAnswer>;

  /** A message of the real server to a device's socket; `pass` it as it is, changed, late, twice or not at all. */
  protected abstract tell(message: string, deviceId: string | undefined, pass: Pass): void | Promise<void>;

  /** Whether a device may open a socket now. */
  protected abstract mayConnect(deviceId: string): boolean;

  get url(): string {
    return `http://127.0.0.1:${String(this.port)}`;
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    ({ port: this.port } = this.server.address() as AddressInfo);
  }

  async close(): Promise<void> {
    for (const socket of this.sockets.clients) socket.terminate();
    this.agent.destroy();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** Ends what a device has open. */
  protected hangUp(deviceId: string): void {
    for (const [socket, owner] of this.owners) if (owner === deviceId) socket.terminate();
  }

  /** What the real server says to it. */
  protected forward({ method, path, headers, body }: ProxyRequest): Promise<ProxyAnswer> {
    const sent = { ...passedOn(headers), ...(body.length > 0 && { 'content-length': String(body.length) }) };
    const options = { host: '127.0.0.1', port: this.target, method, path, agent: this.agent, headers: sent };
    return new Promise((resolve, reject) => {
      const passed = ask(options, (response) => {
        const { statusCode: status = 502, headers: received } = response;
        buffer(response).then((bytes) => {
          resolve({ status, headers: passedOn(received), body: bytes });
        }, reject);
      });
      passed.on('error', reject).end(body);
    });
  }

  private async handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const request = this.read(incoming, await buffer(incoming));
      const answer = await this.carry(request);
      if (request.operation === 'OpenSession') this.remember(request, answer);
      const { status, headers, body } = answer;
      response.writeHead(status, { ...headers, 'content-length': body.length }).end(body);
    } catch {
      response.destroy(); // lost on the way, or the real server is gone: so is this one
    }
  }

  private read({ method = 'GET', url: path = '/', headers }: IncomingMessage, body: Buffer): ProxyRequest {
    const deviceId = this.devices.get(tokenOf(headers.authorization));
    const request = { method, path, headers, body, deviceId };
    if (method !== 'POST' || path.split('?')[0] !== '/graphql') return { ...request, operation: '', variables: {} };
    const { query, variables = {} } = JSON.parse(body.toString()) as {
      query: string;
      variables?: Record<string, unknown>;
    };
    return { ...request, operation: OPERATION.exec(query)?.[1] ?? '', variables };
  }

  /** Which device a session belongs to. */
  private remember({ variables }: ProxyRequest, { body }: ProxyAnswer): void {
    const { input } = variables as { input?: { deviceId?: string } };
    const { data } = JSON.parse(body.toString()) as { data?: { openSession?: { token?: string } } | null };
    const token = data?.openSession?.token;
    if (input?.deviceId !== undefined && token !== undefined) this.devices.set(token, input.deviceId);
  }

  /** Message by message in both directions. */
  private join(client: WebSocket): void {
    const real = new WebSocket(`ws://127.0.0.1:${String(this.target)}/graphql`, client.protocol);
    const waiting: string[] = [];
    const pass: Pass = (message) => {
      if (client.readyState === WebSocket.OPEN) client.send(message);
    };
    client.on('message', (data: Buffer) => {
      const message = data.toString();
      this.recognise(client, message);
      if (real.readyState === WebSocket.OPEN) real.send(message);
      else waiting.push(message);
    });
    client.on('close', () => this.owners.delete(client));
    real.on('open', () => {
      for (const message of waiting.splice(0)) real.send(message);
    });
    real.on('message', (data: Buffer) => void this.tell(data.toString(), this.owners.get(client), pass));
    closeTogether(client, real);
  }

  private recognise(client: WebSocket, message: string): void {
    if (this.owners.has(client)) return;
    const deviceId = this.devices.get(tokenIn(message));
    if (deviceId === undefined) return;
    this.owners.set(client, deviceId);
    if (!this.mayConnect(deviceId)) client.terminate();
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

function passedOn(headers: IncomingMessage['headers']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      OWN_HEADERS.test(name) || value === undefined ? [] : [[name, String(value)]],
    ),
  );
}

const tokenOf = (authorization = ''): string => authorization.replace(/^Bearer /u, '');

/** The token that opens a subscription. */
function tokenIn(message: string): string {
  const { type, payload } = JSON.parse(message) as { type: string; payload?: { authorization?: string } };
  return type === 'connection_init' ? tokenOf(payload?.authorization) : '';
}
