import { MlsError } from '#mls';
import { fromUtf8, toHex, utf8 } from '#primitives';

import type { Device } from './device.js';
import type { Service } from './service.js';

/** What the first device that entered an epoch saw there; all others must see the same. */
export type Views = Map<number, string>;

/** A message on its way. */
export interface Sent {
  readonly message: Uint8Array;
  readonly text: string;
  readonly from: string;
  readonly epoch: number;
}

/** A device of the model with its place in the server's order. */
export class Participant {
  private constructor(
    readonly device: Device,
    private readonly service: Service,
    private readonly views: Views,
    private cursor: number,
  ) {
    this.compare();
  }

  /** A device that has just entered the group, by whatever way. */
  static enter(device: Device, service: Service, views: Views): Participant {
    return new Participant(device, service, views, service.log.length);
  }

  get name(): string {
    return this.device.name;
  }

  get isCurrent(): boolean {
    return this.cursor === this.service.log.length;
  }

  /** Processes the next `count` handshakes, all of them by default. */
  catchUp(count = Infinity): this {
    for (let i = 0; i < count && !this.isCurrent && this.device.isMember; i++) this.processNext();
    return this;
  }

  /** Is given the newest commit before those in between: refused, and nothing has changed. */
  skipAhead(): void {
    const newest = this.service.log.findLast(({ kind }) => kind === 'commit');
    if (newest === undefined || this.device.group.epoch >= this.service.epoch - 1) return;
    const before = this.device.view();
    expectCode('WRONG_EPOCH', () => this.device.group.stage(newest.message));
    if (this.device.view() !== before) throw new Error(`${this.name} was changed by a commit of a later epoch`);
  }

  send(text: string): Sent {
    const { device, name } = this;
    const message = device.saving((group) => group.encrypt(utf8(text), utf8('header')));
    return { message, text, from: name, epoch: device.group.epoch };
  }

  /** Whether this device must be able to read the message by now, or not yet, or not at all. */
  canRead({ epoch, from }: Sent): 'now' | 'later' | 'never' {
    const { device } = this;
    const wasMember = this.service.viewOf(epoch).members.has(toHex(utf8(this.name)));
    if (!device.isMember || !wasMember || from === this.name || epoch < device.joinedAt) return 'never';
    if (epoch > device.group.epoch) return 'later';
    return device.group.epoch <= epoch + 5 ? 'now' : 'never';
  }

  read({ message, text, from }: Sent): void {
    const { plaintext, identity, authenticatedData } = this.device.saving((group) => group.decrypt(message));
    const seen = [fromUtf8(plaintext), fromUtf8(identity), fromUtf8(authenticatedData)].join();
    if (seen !== [text, from, 'header'].join()) throw new Error(`${this.name} read ${seen}`);
    expectCode('GENERATION_USED', () => this.device.group.decrypt(message));
  }

  restart(): void {
    const before = this.device.view();
    this.device.restart();
    if (this.device.view() !== before) throw new Error(`${this.name} restarted with another view`);
  }

  private processNext(): void {
    const next = this.service.log[this.cursor];
    if (next === undefined) throw new Error('there is no next handshake');
    this.cursor += 1;
    if (next.kind === 'commit') {
      this.device.applyMessage(next.message);
      expectCode(this.codeOfOldCommits(), () => this.device.group.stage(next.message));
      this.compare();
    } else if (next.by !== this.name) {
      this.device.saving((group) => group.receiveProposal(next.message));
    }
  }

  /** A commit that was applied is never applied again. */
  private codeOfOldCommits(): string {
    if (!this.device.isMember) return 'REMOVED';
    return this.device.group.successor === undefined ? 'WRONG_EPOCH' : 'REINITIALIZED';
  }

  /** Everybody in an epoch agrees on its authenticator, exporter, members and tree, and so does the server. */
  private compare(): void {
    const { device } = this;
    if (!device.isMember) return;
    const { epoch } = device.group;
    const view = device.view();
    const first = this.views.get(epoch) ?? view;
    this.views.set(epoch, first);
    if (view !== first) throw new Error(`${this.name} sees another group in epoch ${String(epoch)}`);
    if (toHex(device.group.treeHash) !== this.service.viewOf(epoch).treeHash) {
      throw new Error(`${this.name} sees another tree than the server in epoch ${String(epoch)}`);
    }
  }
}

/** @throws Error unless the action throws an MlsError of this code */
export function expectCode(code: string, action: () => unknown): void {
  try {
    action();
  } catch (error) {
    if (error instanceof MlsError && error.code === code) return;
    throw error;
  }
  throw new Error(`expected ${code}, but it was accepted`);
}
