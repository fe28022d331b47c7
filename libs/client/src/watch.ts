import type { Conversations } from './conversation/conversations.js';
import { envelopeOf } from './conversation/envelope.js';
import type { Envelope } from './conversation/envelope.js';
import { sendReceipts } from './conversation/receipts.js';
import type { Core } from './core.js';
import { hasCode, isTransient } from './errors.js';
import type { ChanceryError } from './errors.js';
import type { Hint, Transport } from './ports/transport.js';

/** Receipts go out together, this long after the first is due. */
const RECEIPT_DELAY_MS = 400;
/** A hint may be lost between the server's look at the subscription and the catch-up: look again this long after connecting. */
const SECOND_LOOK_MS = 1_500;
/** What could not be sent or fetched is tried again after this long, or a half more. */
const RETRY_MS = 4_000;
/** Hints are only hints: without any, the server is asked all the same. */
const LOOK_MS = 60_000;

/**
 * Follows the server's hints. A hint says where to look; what it carries is taken only where it fits behind the cursor. Returns the function
 * that ends it, after what is under way has ended.
 */
export function watch(
  core: Core,
  transport: Transport,
  conversations: Conversations,
  catchUp: () => Promise<unknown>,
  resumeTransfers: (isWanted: () => boolean) => Promise<void>,
): () => Promise<void> {
  const watcher = new Watcher(core, conversations, catchUp, resumeTransfers);
  const subscription = transport.hints(
    {
      connected: () => {
        watcher.connected();
      },
      hint: (hint) => {
        watcher.hint(hint);
      },
      disconnected: () => {
        watcher.disconnected();
      },
      refused: (error) => {
        watcher.report(error, undefined);
      },
    },
    () => core.session.token(),
  );
  core.onDelay = () => {
    watcher.delayed();
  };
  return async () => {
    core.onDelay = () => undefined;
    watcher.stop();
    await subscription.close();
    await watcher.settled();
  };
}

class Watcher {
  private stopped = false;
  private isConnected = false;
  /** Envelopes that came with hints and wait for their turn, by conversation. */
  private readonly hinted = new Map<string, Envelope[]>();
  private readonly busy = new Set<string>();
  private readonly again = new Set<string>();
  private readonly timers = new Map<string, () => void>();
  private readonly running = new Set<Promise<void>>();

  constructor(
    private readonly core: Core,
    private readonly conversations: Conversations,
    private readonly catchUp: () => Promise<unknown>,
    private readonly resumeTransfers: (isWanted: () => boolean) => Promise<void>,
  ) {}

  connected(): void {
    this.isConnected = true;
    this.core.emit({ type: 'connection', state: 'connected' });
    this.look();
    this.later('second look', SECOND_LOOK_MS, () => {
      this.look();
    });
  }

  disconnected(): void {
    if (!this.isConnected) return;
    this.isConnected = false;
    this.core.emit({ type: 'connection', state: 'disconnected' });
    // the line may be gone, or the server has shut this device out: the next look tells
    this.later('second look', SECOND_LOOK_MS, () => {
      this.look();
    });
  }

  hint({ groupId, envelope, welcome, statementHead, approval, campaign }: Hint): void {
    if (typeof approval === 'string') this.core.emit({ type: 'approval', approvalId: approval });
    if (typeof campaign === 'string') this.remind(campaign);
    const isDirectoryOlder = typeof statementHead === 'number' && statementHead > this.core.directory.current.head;
    if (welcome || isDirectoryOlder) this.look();
    if (typeof groupId !== 'string') return;
    if (envelope) this.hinted.set(groupId, [...(this.hinted.get(groupId) ?? []), envelopeOf(envelope)]);
    this.follow(groupId);
  }

  /** Says so, and tries what has not come about yet. */
  private remind(campaignId: string): void {
    const deadline = this.core.directory.current.campaign(campaignId)?.deadline;
    const event = { type: 'campaign', campaignId } as const;
    this.core.emit({ ...event, deadline: deadline === undefined ? undefined : new Date(deadline).toISOString() });
    this.look();
  }

  report(error: unknown, conversationId: string | undefined): void {
    if (isTransient(error)) this.delayed();
    if (hasCode(error, 'SERVER_UNREACHABLE')) return; // the connection event says so
    if (!isChanceryError(error)) throw error;
    this.core.emit({ type: 'problem', conversationId, problem: { code: error.code, message: error.message } });
  }

  /** Something waits for the server: look again soon. */
  delayed(): void {
    this.later('retry', RETRY_MS * (1 + Math.random() / 2), () => {
      this.look();
    });
  }

  stop(): void {
    this.stopped = true;
    for (const cancel of this.timers.values()) cancel();
    this.timers.clear();
  }

  async settled(): Promise<void> {
    await Promise.all(this.running);
  }

  /** Everything, now and then again. */
  private look(): void {
    this.later('look', LOOK_MS, () => {
      this.look();
    });
    this.once('everything', async () => {
      await this.catchUp();
      // beside it: messages do not wait for files
      this.once('transfers', () => this.resumeTransfers(() => !this.stopped));
    });
  }

  private follow(groupId: string): void {
    this.once(groupId, async () => {
      do {
        const envelopes = this.hinted.get(groupId) ?? [];
        this.hinted.delete(groupId);
        const wait = await this.conversations.follow(groupId, envelopes);
        if (wait > 0) this.lookAgain(groupId, wait);
      } while (this.hinted.has(groupId));
      this.later('receipts', RECEIPT_DELAY_MS, () => {
        this.once('receipts', () => sendReceipts(this.core));
      });
    });
  }

  private lookAgain(groupId: string, milliseconds: number): void {
    this.later(`again ${groupId}`, milliseconds, () => {
      this.follow(groupId);
    });
  }

  /** Work of one kind runs once at a time; asked for meanwhile, once more afterwards. */
  private once(name: string, work: () => Promise<void>): void {
    if (this.stopped) return;
    if (this.busy.has(name)) {
      this.again.add(name);
      return;
    }
    this.busy.add(name);
    const run = this.runRepeatedly(name, work);
    this.running.add(run);
    void run.finally(() => this.running.delete(run));
  }

  private async runRepeatedly(name: string, work: () => Promise<void>): Promise<void> {
    do {
      this.again.delete(name);
      try {
        await work();
      } catch (error) {
        this.report(error, undefined);
      }
    } while (this.again.has(name) && !this.stopped);
    this.busy.delete(name);
  }

  private later(name: string, milliseconds: number, work: () => void): void {
    if (this.stopped) return;
    this.timers.get(name)?.();
    const cancel = this.core.timer.after(milliseconds, () => {
      this.timers.delete(name);
      work();
    });
    this.timers.set(name, cancel);
  }
}

function isChanceryError(error: unknown): error is ChanceryError {
  return error instanceof Error && error.name === 'ChanceryError';
}
