/**
 * The bad line between the devices and the real server. It drops, doubles, delays and so reorders requests, answers and hints, cuts
 * devices off for a while, keeps single messages back from single devices for ever, and shows the tap every ciphertext that leaves a device.
 * The origin that devices sign is that of the line, so that they can't tell it from the server.
 */
import { createHash } from 'node:crypto';
import { Agent, createServer, request as ask } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';

import WebSocket, { WebSocketServer } from 'ws';

import type { Tap } from './tap.js';

/** How likely each fault is for one request or hint, from 0 to 1. */
export interface LineFaults {
  /** Lost on the way to the server, or on the way back. */
  readonly drop: number;
  /** Sent twice at once, or again a while later. */
  readonly duplicate: number;
  readonly delay: number;
  /** A message that one device never gets. */
  readonly withhold: number;
}

/** A message that was kept back from a device. */
export interface Withheld {
  readonly deviceId: string;
  readonly groupId: string;
  readonly seq: number;
}

interface Request {
  readonly incoming: IncomingMessage;
  readonly body: Buffer;
  readonly operation: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly deviceId: string | undefined;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

interface Envelope {
  readonly groupId: string;
  readonly seq: number;
  readonly kind: string;
  readonly payload: string;
}

const LONGEST_DELAY_MS = 60;
const LONGEST_ECHO_MS = 2_000;
/** The line makes connections of its own, which last as long as it says itself, and reads some of the answers. */
const NOT_PASSED_ON = ['accept-encoding', 'connection', 'keep-alive', 'transfer-encoding'];
const OPERATION = /\b(?:query|mutation|subscription)\s+(\w+)/u;

export class Line {
  /** How many faults there were, by kind. */
  readonly count: Record<keyof LineFaults | 'cut', number> = { drop: 0, duplicate: 0, delay: 0, withhold: 0, cut: 0 };
  readonly withheld = new Map<string, Withheld>();
  private readonly devices = new Map<string, string>();
  private readonly disturbed = new Set<string>();
  private readonly cutUntil = new Map<string, number>();
  private readonly agent = new Agent({ keepAlive: true });
  private readonly server: Server = createServer((incoming, response) => void this.handle(incoming, response));
  private readonly sockets = new WebSocketServer({ server: this.server, handleProtocols: ([first]) => first ?? false });
  private readonly socketsOf = new Map<WebSocket, string>();
  port = 0;

  constructor(
    private readonly targetPort: number,
    private readonly tap: Tap,
    private readonly random: () => number,
    private faults: LineFaults,
    private readonly salt: string,
  ) {
    this.server.keepAliveTimeout = 0; // on a busy machine it would close what a device is about to use: a fault that nobody asked for
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
    this.agent.destroy();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** From now on this device has a bad line; before, a good one. */
  disturb(deviceId: string): void {
    this.disturbed.add(deviceId);
  }

  calm(deviceId: string): void {
    this.disturbed.delete(deviceId);
    this.cutUntil.delete(deviceId);
  }

  /** Cuts a device off: what it has open ends, and nothing gets through for a while. */
  cut(deviceId: string, milliseconds: number): void {
    if (!this.disturbed.has(deviceId)) return;
    this.count.cut += 1;
    this.cutUntil.set(deviceId, Date.now() + milliseconds);
    for (const [socket, owner] of this.socketsOf) if (owner === deviceId) socket.terminate();
  }

  /** A good line for everybody; what was kept back stays kept back. */
  heal(): void {
    this.faults = { drop: 0, duplicate: 0, delay: 0, withhold: 0 };
    this.cutUntil.clear();
  }

  private async handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const request = this.read(incoming, await buffer(incoming));
      const { status, headers, body } = await this.carry(request);
      response.writeHead(status, { ...passedOn(headers), 'content-length': body.length }).end(body);
    } catch {
      response.destroy(); // lost by the line, or the server is gone
    }
  }

  private read(incoming: IncomingMessage, body: Buffer): Request {
    const isOperation = incoming.method === 'POST' && incoming.url === '/graphql';
    if (!isOperation) return { incoming, body, operation: '', variables: {}, deviceId: this.deviceOf(incoming) };
    const { query, variables = {} } = JSON.parse(body.toString()) as {
      query: string;
      variables?: Record<string, unknown>;
    };
    const operation = OPERATION.exec(query)?.[1] ?? '';
    return { incoming, body, operation, variables, deviceId: this.deviceOf(incoming) };
  }

  private deviceOf({ headers }: IncomingMessage): string | undefined {
    return this.devices.get(headers.authorization?.replace(/^Bearer /u, '') ?? '');
  }

  private async carry(request: Request): Promise<Answer> {
    const { deviceId, operation, variables } = request;
    if (operation === 'SendEnvelopes' && deviceId !== undefined) this.tap.sent(deviceId, variables);
    this.requireUncut(deviceId);
    if (this.happens('delay', deviceId)) await this.wait();
    if (this.happens('drop', deviceId)) throw new Error('lost on the way to the server');
    const answers = [this.forward(request)];
    if (this.happens('duplicate', deviceId)) answers.push(this.double(request));
    const answer = await Promise.any(answers);
    if (this.happens('drop', deviceId)) throw new Error('lost on the way back');
    if (this.happens('delay', deviceId)) await this.wait();
    this.requireUncut(deviceId);
    if (operation === 'OpenSession') this.remember(variables, answer);
    return operation === 'Envelopes' && deviceId !== undefined ? this.keepBack(answer, deviceId) : answer;
  }

  /** At the same time, or long after. */
  private async double(request: Request): Promise<Answer> {
    if (this.random() < 0.5) await pause(this.random() * LONGEST_ECHO_MS, undefined, { ref: false });
    return this.forward(request);
  }

  private forward({ incoming, body }: Request): Promise<Answer> {
    const { method, url: path } = incoming;
    const headers = passedOn(incoming.headers);
    return new Promise((resolve, reject) => {
      const options = { host: '127.0.0.1', port: this.targetPort, method, path, agent: this.agent, headers };
      const passed = ask(options, (response) => {
        const { statusCode: status = 502, headers: received } = response;
        buffer(response).then((bytes) => {
          resolve({ status, headers: received, body: bytes });
        }, reject);
      });
      passed.on('error', reject).end(body);
    });
  }

  private remember(variables: Readonly<Record<string, unknown>>, { body }: Answer): void {
    const { input } = variables as { input: { deviceId: string } };
    const { data } = JSON.parse(body.toString()) as { data?: { openSession: { token: string } } | null };
    if (data) this.devices.set(data.openSession.token, input.deviceId);
  }

  private keepBack(answer: Answer, deviceId: string): Answer {
    const parsed = JSON.parse(answer.body.toString()) as {
      data?: { envelopes: { envelopes: Envelope[]; lastSeq: number } } | null;
    };
    if (!parsed.data) return answer;
    const { envelopes, lastSeq } = parsed.data.envelopes;
    const given = envelopes.filter((envelope) => !this.isWithheld(envelope, deviceId));
    if (given.length === envelopes.length) return answer;
    return { ...answer, body: Buffer.from(JSON.stringify({ data: { envelopes: { envelopes: given, lastSeq } } })) };
  }

  /** Decided by the salt alone: the same envelope is kept back each time, however it would come. Own messages never are. */
  private isWithheld({ groupId, seq, kind, payload }: Envelope, deviceId: string): boolean {
    const key = `${deviceId} ${groupId} ${String(seq)}`;
    if (this.withheld.has(key)) return true;
    if (this.faults.withhold === 0 || kind !== 'APPLICATION' || !this.disturbed.has(deviceId)) return false;
    const lot = createHash('sha256').update(`${this.salt} ${key}`).digest().readUInt32BE() / 2 ** 32;
    if (lot >= this.faults.withhold || this.tap.senderOf(payload) === deviceId) return false;
    this.withheld.set(key, { deviceId, groupId, seq });
    this.count.withhold += 1;
    return true;
  }

  /** Message by message in both directions. */
  private join(client: WebSocket): void {
    const real = new WebSocket(`ws://127.0.0.1:${String(this.targetPort)}/graphql`, client.protocol);
    const waiting: string[] = [];
    client.on('message', (data: Buffer) => {
      const message = data.toString();
      this.recognise(client, message);
      if (real.readyState === WebSocket.OPEN) real.send(message);
      else waiting.push(message);
    });
    real.on('open', () => {
      for (const message of waiting.splice(0)) real.send(message);
    });
    real.on('message', (data: Buffer) => void this.tell(client, data.toString()));
    for (const [from, to] of [
      [client, real],
      [real, client],
    ] as const) {
      from.on('error', () => undefined);
      from.on('close', () => {
        to.terminate();
        this.socketsOf.delete(client);
      });
    }
  }

  private recognise(client: WebSocket, message: string): void {
    if (this.socketsOf.has(client)) return;
    const { type, payload } = JSON.parse(message) as { type: string; payload?: { authorization?: string } };
    const deviceId = this.devices.get(payload?.authorization?.replace(/^Bearer /u, '') ?? '');
    if (type !== 'connection_init' || deviceId === undefined) return;
    this.socketsOf.set(client, deviceId);
    if (this.isCut(deviceId)) client.terminate();
  }

  private async tell(client: WebSocket, message: string): Promise<void> {
    const deviceId = this.socketsOf.get(client);
    const isHint = message.includes('"type":"next"');
    if (isHint && deviceId !== undefined) {
      const { payload } = JSON.parse(message) as { payload: { data?: { hints: { envelope?: Envelope } } } };
      const envelope = payload.data?.hints.envelope;
      if (envelope && this.isWithheld(envelope, deviceId)) return;
      if (this.happens('drop', deviceId)) return;
      if (this.happens('duplicate', deviceId)) client.send(message);
      if (this.happens('delay', deviceId)) await this.wait();
    }
    if (client.readyState === WebSocket.OPEN) client.send(message);
  }

  private happens(fault: 'drop' | 'duplicate' | 'delay', deviceId: string | undefined): boolean {
    if (deviceId === undefined || !this.disturbed.has(deviceId)) return false;
    const happens = this.random() < this.faults[fault];
    if (happens) this.count[fault] += 1;
    return happens;
  }

  private requireUncut(deviceId: string | undefined): void {
    if (deviceId !== undefined && this.isCut(deviceId)) throw new Error('cut off');
  }

  private isCut(deviceId: string): boolean {
    return (this.cutUntil.get(deviceId) ?? 0) > Date.now();
  }

  private wait(): Promise<void> {
    return pause(this.random() * LONGEST_DELAY_MS);
  }
}

function passedOn(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !NOT_PASSED_ON.includes(name)));
}
