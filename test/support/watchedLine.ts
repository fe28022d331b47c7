import { LocalProxy } from './localProxy.js';
import type { Pass, ProxyAnswer, ProxyRequest } from './localProxy.js';

/** A part of a file that went over the line, and was taken or given by the real server. */
export interface Part {
  readonly way: 'up' | 'down';
  /** Of the attachment. */
  readonly id: string;
  /** First byte, in the ciphertext. */
  readonly start: number;
  readonly bytes: number;
}

const ATTACHMENT = /^\/attachments\/([0-9a-f-]{36})$/u;

/** The line to a server that can be ended and started again elsewhere: it keeps account of the parts of files, and can hold them up. */
export class WatchedLine extends LocalProxy {
  readonly parts: Part[] = [];
  private realPort = 0;
  private holdFrom = Infinity;
  private lost: (() => void)[] = [];

  static async listen(): Promise<WatchedLine> {
    const line = new WatchedLine();
    await line.listen();
    return line;
  }

  /** @param port of the real server */
  leadTo(port: number): void {
    this.realPort = port;
  }

  /** From this byte of a file on nothing goes over. */
  hold(from: number): void {
    this.holdFrom = from;
  }

  /** Whether a part is held up. */
  get isHolding(): boolean {
    return this.lost.length > 0;
  }

  /** What was held up is lost; what comes from now on goes over. */
  release(): void {
    this.holdFrom = Infinity;
    for (const lose of this.lost.splice(0)) lose();
  }

  protected get target(): number {
    return this.realPort;
  }

  protected async carry(request: ProxyRequest): Promise<ProxyAnswer> {
    const [, id] = ATTACHMENT.exec(request.path) ?? [];
    if (id === undefined) return this.forward(request);
    const way = request.method === 'GET' ? 'down' : 'up';
    const start = startOf(request);
    if (start >= this.holdFrom)
      await new Promise<never>((_resolve, reject) =>
        this.lost.push(() => {
          reject(new Error('lost'));
        }),
      );
    const answer = await this.forward(request);
    const bytes = way === 'up' ? request.body.length : answer.body.length;
    if (answer.status < 300) this.parts.push({ way, id, start, bytes });
    return answer;
  }

  protected tell(message: string, _deviceId: string | undefined, pass: Pass): void {
    pass(message);
  }

  protected mayConnect(): boolean {
    return true;
  }
}

function startOf({ method, headers }: ProxyRequest): number {
  if (method !== 'GET') return Number(headers['upload-offset']);
  return Number(/^bytes=(\d+)-/u.exec(headers.range ?? '')?.[1]);
}
