import { setTimeout as pause } from 'node:timers/promises';

import { Client, hasCode } from '#client';
import type { ClientEvent, MessageView, Store, Timer } from '#client';
import { createTransport } from '#client/node';

import { attachmentFiles } from '../../libs/client/src/node/attachmentFiles.js';
import { systemTimer } from '../../libs/client/src/node/timer.js';
import { diskVaults } from '../../libs/client/src/node/vaults.js';
import { openVaultWithKey } from '../../libs/client/src/vault/vault.js';
import type { ReadLine, ResidentSpec, Said, Settled } from './protocol.js';
import { spyOn } from './storeSpy.js';

/** What the residents of a process share. */
interface House {
  readonly say: (said: Said) => void;
  readonly random: () => number;
}

const PAGE = 500;
/** Messages that a device has on their way together. */
const MOST_AT_ONCE = 12;
/** Clocks are wrong by so much at most; the server refuses more than ten minutes. */
const LARGEST_SKEW_MS = 8 * 60_000;
const SKEW_LASTS_MS = 3_000;
/** Attempts while the server cannot be reached. */
const ATTEMPTS = 60;
const LONGEST_TEXT = 120;
/** The share of messages to the conversation of all. */
const FOR_ALL = 0.15;

type ClientProblem = Extract<ClientEvent, { readonly type: 'problem' }>;

/** A thousand messages here are what an embassy writes in a day: whoever would look every minute looks every few seconds. */
const LONGEST_WAIT_MS = 8_000;

/** A clock that is wrong, now by this, now by that. */
function skewedTimer(random: () => number): Timer {
  let skew = 0;
  let until = 0;
  const now = (): Date => {
    if (Date.now() > until) {
      skew = (2 * random() - 1) * LARGEST_SKEW_MS;
      until = Date.now() + random() * SKEW_LASTS_MS;
    }
    return new Date(Date.now() + skew);
  };
  const after: Timer['after'] = (milliseconds, work) =>
    systemTimer.after(Math.min(milliseconds, LONGEST_WAIT_MS), work);
  return { ...systemTimer, now, after };
}

/** One device that writes and reads for the soak. */
export class Resident {
  private limit = 0;
  private wake: () => void = () => undefined;
  private isOver = false;
  private stopWatching: () => Promise<void> = () => Promise.resolve();
  private writing: Promise<void> = Promise.resolve();
  /** Number of this device's next message, by conversation. */
  private readonly next = new Map<string, number>();

  private constructor(
    readonly client: Client,
    private readonly tag: string,
    /** That of all first. */
    private readonly conversations: readonly string[],
    private readonly house: House,
  ) {}

  static async open(
    { tag, folder, key, server }: ResidentSpec,
    conversations: readonly string[],
    house: House,
  ): Promise<Resident> {
    const vault = await openVaultWithKey(diskVaults, folder, Buffer.from(key, 'hex'));
    const tell = (groupId: string, epoch: string, secret: string): void => {
      house.say({ say: 'secret', groupId, epoch, secret });
    };
    const store: Store = await spyOn(vault.store, tell);
    const client = await Client.open({
      store,
      passkeys: vault.passkeys,
      transport: createTransport(server),
      timer: skewedTimer(house.random),
      files: attachmentFiles,
      onClose: () => vault.close(),
    });
    const resident = new Resident(client, tag, conversations, house);
    for (const id of conversations) await resident.count(id);
    resident.sayWritten();
    await resident.watch();
    resident.writing = resident.write();
    return resident;
  }

  async close(): Promise<void> {
    this.isOver = true;
    this.wake();
    await this.writing;
    await this.stopWatching();
    await this.client.close();
  }

  allow(limit: number): void {
    this.limit = limit;
    this.wake();
  }

  /** Until the server has been heard; people try again when it does not answer. */
  async persist<Result>(work: () => Promise<Result>): Promise<Result> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await work();
      } catch (error) {
        const isPassing = hasCode(error, 'SERVER_UNREACHABLE', 'CONFLICT', 'REMOVAL_DUE', 'STALE_EPOCH', 'INTERNAL');
        if (!isPassing || attempt >= ATTEMPTS || this.isOver) throw error;
        await pause(200);
      }
    }
  }

  async pair(code: string): Promise<string> {
    const approval = await this.client.devices.approve(code);
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const revealed = await approval.revealed();
      if (revealed) {
        await approval.approve();
        return revealed.digits;
      }
      await pause(200);
    }
    throw new Error('the new device has not revealed itself');
  }

  /** Writes nothing more and catches up. */
  async settle(): Promise<Settled> {
    this.allow(0);
    const { waiting } = await this.persist(() => this.client.catchUp());
    const views = await this.client.conversations();
    return { cursors: Object.fromEntries(views.map(({ id, cursor }) => [id, cursor])), waiting };
  }

  async read(conversation: string): Promise<ReadLine[]> {
    const lines: ReadLine[][] = [];
    await this.pages(conversation, (messages) => {
      lines.unshift(messages.filter(({ givenBy }) => givenBy === undefined).map(lineOf));
      return true;
    });
    return lines.flat();
  }

  private async watch(): Promise<void> {
    const hear = (event: ClientEvent): void => {
      if (event.type === 'problem') this.hearProblem(event);
    };
    try {
      this.stopWatching = await this.persist(() => this.client.watch(hear));
    } catch (error) {
      if (!hasCode(error, 'DEVICE_REVOKED')) throw error;
      this.isOver = true;
    }
  }

  private hearProblem({ problem: { code, message }, conversationId: conversation }: ClientProblem): void {
    if (code === 'DEVICE_REVOKED') this.isOver = true;
    this.house.say({
      say: 'problem',
      tag: this.tag,
      code,
      message,
      ...(conversation !== undefined && { conversation }),
    });
    this.wake();
  }

  /** Writes "<tag> <number> …" into one conversation or another until the limit is reached, and says what has been sent. */
  private async write(): Promise<void> {
    while (!this.over()) {
      const left = this.limit - this.written();
      if (left <= 0) {
        await new Promise<void>((resolve) => {
          this.wake = resolve;
        });
        continue;
      }
      const id = await this.choose();
      if (id === undefined) await pause(100);
      else await this.burst(id, Math.min(left, 1 + Math.floor(this.house.random() * MOST_AT_ONCE)));
    }
  }

  private async burst(id: string, count: number): Promise<void> {
    const first = this.next.get(id) ?? 1;
    const numbers = Array.from({ length: count }, (_, index) => first + index);
    const results = await Promise.allSettled(numbers.map((number) => this.send(id, number)));
    this.next.set(id, first + count);
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) {
      await this.count(id);
      await this.explain(id, failed.reason);
    }
    this.sayWritten();
  }

  private async send(id: string, number: number): Promise<void> {
    const text = `${this.tag} ${String(number)} ${'·'.repeat(Math.floor(this.house.random() * LONGEST_TEXT))}`;
    const { state } = await this.client.send(id, { text });
    this.house.say({ say: 'sent', tag: this.tag, conversation: id, number, state });
  }

  private async explain(conversation: string, error: unknown): Promise<void> {
    if (hasCode(error, 'DEVICE_REVOKED')) this.isOver = true;
    if (hasCode(error, 'REMOVAL_DUE', 'SERVER_UNREACHABLE')) return pause(100);
    const message = error instanceof Error ? error.message : String(error);
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'THROWN';
    this.house.say({ say: 'problem', tag: this.tag, conversation, code, message });
    return pause(100);
  }

  /** One of the conversations that this device may write to: seldom that of all, for which everybody works. */
  private async choose(): Promise<string | undefined> {
    const views = await this.client.conversations();
    const open = views.filter(({ state }) => state === 'active');
    for (const { id } of open) if (!this.next.has(id)) await this.count(id);
    const [ofAll, ...some] = this.conversations.flatMap((id) => open.find((view) => view.id === id) ?? []);
    const isForAll = some.length === 0 || this.house.random() < FOR_ALL;
    return (isForAll ? ofAll : some[Math.floor(this.house.random() * some.length)])?.id;
  }

  /** Finds the number of the newest message that the vault holds of this device, in the conversation or in the outbox. */
  private async count(id: string): Promise<void> {
    let newest = 0;
    await this.pages(id, (messages) => {
      for (const { text } of messages) {
        const [tag, number] = text.split(' ');
        if (tag === this.tag) newest = Math.max(newest, Number(number));
      }
      return newest === 0;
    });
    this.next.set(id, newest + 1);
  }

  /** From the newest page backwards, as long as `take` wants more; no pages of a conversation that the vault does not hold. */
  private async pages(id: string, take: (messages: readonly MessageView[]) => boolean): Promise<void> {
    const views = await this.client.conversations();
    if (!views.some((view) => view.id === id)) return;
    let before: number | undefined;
    do {
      const page = await this.client.messages(id, { limit: PAGE, ...(before !== undefined && { before }) });
      ({ before } = page);
      if (!take(page.messages)) return;
    } while (before !== undefined);
  }

  private written(): number {
    let written = 0;
    for (const number of this.next.values()) written += number - 1;
    return written;
  }

  private sayWritten(): void {
    this.house.say({ say: 'written', tag: this.tag, count: this.written() });
  }

  private over(): boolean {
    return this.isOver;
  }
}

function lineOf({ seq, kind, senderDeviceId, text, state }: MessageView): ReadLine {
  const short = kind === 'text' ? text.split(' ').slice(0, 2).join(' ') : text;
  return [seq ?? null, kind, senderDeviceId ?? null, short, state];
}
