/**
 * The bad line between the devices and the real server. It drops, doubles, delays and so reorders requests, answers and hints, cuts
 * devices off for a while, keeps single messages back from single devices for ever, and shows the tap every ciphertext that leaves a device.
 * The origin that devices sign is that of the line, so that they can't tell it from the server.
 */
import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

import { LocalProxy } from '../support/localProxy.js';
import type { Pass, ProxyAnswer, ProxyRequest } from '../support/localProxy.js';
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

interface Envelope {
  readonly groupId: string;
  readonly seq: number;
  readonly kind: string;
  readonly payload: string;
}

const LONGEST_DELAY_MS = 60;
const LONGEST_ECHO_MS = 2_000;

export class Line extends LocalProxy {
  /** How many faults there were, by kind. */
  readonly count: Record<keyof LineFaults | 'cut', number> = { drop: 0, duplicate: 0, delay: 0, withhold: 0, cut: 0 };
  readonly withheld = new Map<string, Withheld>();
  private readonly disturbed = new Set<string>();
  private readonly cutUntil = new Map<string, number>();

  constructor(
    protected readonly target: number,
    private readonly tap: Tap,
    private readonly random: () => number,
    private faults: LineFaults,
    private readonly salt: string,
  ) {
    super();
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
    this.hangUp(deviceId);
  }

  /** A good line for everybody; what was kept back stays kept back. */
  heal(): void {
    this.faults = { drop: 0, duplicate: 0, delay: 0, withhold: 0 };
    this.cutUntil.clear();
  }

  protected async carry(request: ProxyRequest): Promise<ProxyAnswer> {
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
    return operation === 'Envelopes' && deviceId !== undefined ? this.keepBack(answer, deviceId) : answer;
  }

  /** At the same time, or long after. */
  private async double(request: ProxyRequest): Promise<ProxyAnswer> {
    if (this.random() < 0.5) await pause(this.random() * LONGEST_ECHO_MS, undefined, { ref: false });
    return this.forward(request);
  }

  private keepBack(answer: ProxyAnswer, deviceId: string): ProxyAnswer {
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

  protected mayConnect(deviceId: string): boolean {
    return !this.isCut(deviceId);
  }

  protected async tell(message: string, deviceId: string | undefined, pass: Pass): Promise<void> {
    if (message.includes('"type":"next"') && deviceId !== undefined) {
      const { payload } = JSON.parse(message) as { payload: { data?: { hints: { envelope?: Envelope } } } };
      const envelope = payload.data?.hints.envelope;
      if (envelope && this.isWithheld(envelope, deviceId)) return;
      if (this.happens('drop', deviceId)) return;
      if (this.happens('duplicate', deviceId)) pass(message);
      if (this.happens('delay', deviceId)) await this.wait();
    }
    pass(message);
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
