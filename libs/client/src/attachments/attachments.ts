import { ATTACHMENT_MAX_PLAINTEXT, ATTACHMENTS_PER_MESSAGE } from '#contracts';

import type { Core } from '../core.js';
import { ChanceryError, hasCode, isTransient } from '../errors.js';
import { newUuid } from '../identifiers.js';
import { Mutex } from '../mutex.js';
import type { Files } from '../ports/files.js';
import { requireText } from '../conversation/content.js';
import { loadConversation, requireActive } from '../conversation/record.js';
import { findAttached } from '../conversation/messages.js';
import type { AttachmentView, BegunSave, MessageView, NewMessage, SaveOptions, TransferProgress } from '../types.js';
import type { Attached } from './attached.js';
import { Downloader, findBegun } from './download.js';
import { safeFileName } from './names.js';
import { requireWanted, TransferPaused } from './paused.js';
import { anyOf, Stop } from './stop.js';
import { freshUpload, Uploader } from './upload.js';
import type { Manner } from './upload.js';
import { drafts, markDraft, removeDraft, saveDraft, uploadsOf } from './uploadRows.js';
import type { MessageDraft, Upload } from './uploadRows.js';

/** Posts a message with files that are on the server, and forgets its draft in the same step. */
export type PostAttached = (draft: MessageDraft, files: readonly Attached[]) => Promise<MessageView>;

type OnProgress = (progress: TransferProgress) => void;

const silently: OnProgress = () => undefined;

/** What becomes of a message that the server does not take: whoever waits for it hears why, and has it; nobody else does. */
type Refused = 'kept' | 'forgotten';

/**
 * Files that travel with messages. Each has a key of its own, which stands in the message; the server keeps ciphertext of a padded length.
 * Transfers take bounded memory, whatever the size, and go on where they were after any crash of either side.
 */
export class Attachments {
  private readonly sending = new Mutex();
  /** Drafts that a `send` carries out itself. */
  private readonly own = new Set<string>();
  /** What ends a draft that is on its way, by the draft's id; given as long as the person takes it back. */
  private readonly stops = new Map<string, Stop>();
  /** How far uploads were told to be, by their ids: newer than what the vault knows of a window. */
  private readonly told = new Map<string, number>();
  /** Calls of `send` and `resume` that somebody waits for. */
  private asked = 0;
  private quiet: Promise<void> = Promise.resolve();
  private readonly closing = new Stop();

  constructor(
    private readonly core: Core,
    private readonly files: Files,
    private readonly post: PostAttached,
  ) {}

  /**
   * Sends a message with files. When this rejects with OFFLINE, message and files wait in the vault; a client that watches goes on by itself,
   * and so does `resume`.
   * @param references of the platform's files: absolute paths on Node
   * @throws ChanceryError FILE_UNREADABLE, FILE_CHANGED, TOO_LARGE, QUOTA_EXCEEDED, NOT_A_MEMBER, OFFLINE …
   */
  async send(
    conversationId: string,
    message: NewMessage,
    references: readonly string[],
    onProgress: OnProgress = silently,
  ): Promise<MessageView> {
    const draft: MessageDraft = { id: newUuid(this.core.timer.now()), groupId: conversationId, message };
    this.own.add(draft.id);
    try {
      await this.keep(draft, references);
      const [sent] = await this.soon(() => this.unlessCancelled(draft, { onProgress }));
      if (sent) return sent;
      throw new ChanceryError('NOT_FOUND', 'The message was taken back.', { field: 'message' });
    } finally {
      this.own.delete(draft.id);
    }
  }

  /**
   * Leaves a message with files to go out by itself; durable when this resolves. How far it is, and what cannot be sent, comes by events, also
   * after a restart while the client watches. @throws ChanceryError FILE_UNREADABLE, TOO_LARGE, NOT_A_MEMBER …
   */
  async leave(conversationId: string, message: NewMessage, references: readonly string[]): Promise<void> {
    await this.keep({ id: newUuid(this.core.timer.now()), groupId: conversationId, message }, references);
    this.resumeQuietly(() => true).catch(() => {
      this.core.onDelay();
    });
  }

  /**
   * Takes a message whose files are on their way back, with its files. @throws ChanceryError CONFLICT when it was sent meanwhile
   */
  async cancel(draftId: string): Promise<void> {
    this.stopOf(draftId).give();
    try {
      // behind what is under way: of this draft that ends now, of others at the next window
      const isSent = await this.soon(async () => {
        const isThere = (await this.core.store.read(drafts)).some(({ id }) => id === draftId);
        await this.discard(draftId);
        return !isThere;
      });
      if (isSent) throw new ChanceryError('CONFLICT', 'This message was sent already.');
    } finally {
      this.stops.delete(draftId);
    }
  }

  /** Messages whose files are not all on the server yet. */
  async waiting(): Promise<number> {
    return (await this.core.store.read(drafts)).length;
  }

  /** How far a file is that goes up, in bytes of ciphertext. */
  reached({ id, done }: Pick<Upload, 'id' | 'done'>): number {
    return Math.max(done, this.told.get(id) ?? 0);
  }

  /** Tries a message again that was refused, or waits; refused again, it stays. @throws ChanceryError as `send` */
  async retry(draftId: string): Promise<void> {
    await this.core.store.transaction((sql) => markDraft(sql, draftId, undefined));
    await this.soon(async () => {
      const draft = (await this.interrupted()).find(({ id }) => id === draftId);
      if (draft) await this.unlessCancelled(draft, { onProgress: this.telling(draft) }, 'kept');
    });
  }

  /** Goes on with what was interrupted, or refused; returns the messages that were sent. @throws ChanceryError as `send` */
  resume(onProgress: OnProgress = silently): Promise<readonly MessageView[]> {
    return this.soon(async () => {
      const sent: MessageView[] = [];
      for (const draft of await this.interrupted()) sent.push(...(await this.unlessCancelled(draft, { onProgress })));
      return sent;
    });
  }

  /**
   * Goes on with what was interrupted while nobody waits for it: tells how far it is, and what cannot be sent, by events. Gives way to `send` and
   * `resume` at the next window. What the line does not let through waits for the next look at the server.
   */
  resumeQuietly(isWanted: () => boolean): Promise<void> {
    const isFree = (): boolean => !this.closing.isGiven && this.asked === 0 && isWanted();
    if (!isFree()) return Promise.resolve();
    const work = this.sending.run(async () => {
      for (const draft of await this.interrupted()) {
        if (draft.problem) continue;
        if (!isFree() || !(await this.carryOutQuietly(draft, isFree))) return;
      }
    });
    this.quiet = work.catch(() => undefined);
    return work;
  }

  /** Ends what goes on by itself; to be called before the vault is closed. */
  async close(): Promise<void> {
    this.closing.give();
    await this.quiet;
  }

  /** Before everything that nobody waits for. */
  private async soon<Result>(work: () => Promise<Result>): Promise<Result> {
    this.asked += 1;
    try {
      return await this.sending.run(work);
    } finally {
      this.asked -= 1;
    }
  }

  private async interrupted(): Promise<MessageDraft[]> {
    return (await this.core.store.read(drafts)).filter(({ id }) => !this.own.has(id));
  }

  /** Returns whether the next one may be tried. */
  private async carryOutQuietly(draft: MessageDraft, isWanted: () => boolean): Promise<boolean> {
    const { groupId: conversationId } = draft;
    try {
      const manner = { onProgress: this.telling(draft), isWanted, stop: this.closing, mostFailures: 1 };
      await this.carryOut(draft, manner, 'kept');
      return true;
    } catch (error) {
      if (error instanceof TransferPaused) return false;
      if (!(error instanceof ChanceryError)) throw error;
      const { code, message } = error;
      if (code === 'OFFLINE') this.core.onDelay();
      else this.core.emit({ type: 'problem', conversationId, problem: { code, message } });
      return code !== 'OFFLINE';
    }
  }

  private telling({ groupId: conversationId }: MessageDraft): OnProgress {
    return (progress) => {
      this.told.set(progress.id, progress.done);
      this.core.emit({ type: 'transfer', conversationId, progress });
    };
  }

  /**
   * Fetches the files of a message into a folder and returns where they are. A name that is taken gets a number; nothing is replaced. Asked
   * again after an interruption, goes on.
   * @throws TransferPaused; ChanceryError NOT_FOUND, ATTACHMENT_FORGED, ATTACHMENT_GONE, NOT_A_MEMBER, DISK_FULL, SERVER_UNREACHABLE …
   */
  async save(messageId: string, options: SaveOptions, onProgress: OnProgress = silently): Promise<readonly string[]> {
    const { groupId, files } = await this.core.store.read((sql) =>
      findAttached(sql, messageId, options.conversationId),
    );
    const wanted = files.filter(({ id }) => options.attachmentId === undefined || options.attachmentId === id);
    if (wanted.length === 0)
      throw new ChanceryError('NOT_FOUND', 'The message has no such file.', { field: 'message' });
    const downloader = new Downloader(this.core, this.files, onProgress, options.stop);
    const paths: string[] = [];
    for (const file of wanted) {
      const name = safeFileName(options.name !== undefined && wanted.length === 1 ? options.name : file.name);
      paths.push(await downloader.run({ groupId, file, folder: options.folder, name }));
    }
    return paths;
  }

  /** A save of a file that was interrupted, if there is one. */
  begun(file: Pick<AttachmentView, 'id' | 'size'>): Promise<BegunSave | undefined> {
    return this.core.store.read((sql) => findBegun(sql, file));
  }

  private async keep(draft: MessageDraft, references: readonly string[]): Promise<void> {
    requireText(draft.message.text);
    const uploads = await this.prepare(draft.id, references);
    await this.core.store.transaction(async (sql) => {
      requireActive(await loadConversation(sql, draft.groupId));
      await saveDraft(sql, draft, uploads);
    });
  }

  private async prepare(draftId: string, references: readonly string[]): Promise<Upload[]> {
    if (references.length < 1 || references.length > ATTACHMENTS_PER_MESSAGE) {
      const limit = `A message has 1 to ${String(ATTACHMENTS_PER_MESSAGE)} files.`;
      throw new ChanceryError('TOO_LARGE', limit, { field: 'files' });
    }
    const uploads: Upload[] = [];
    for (const [position, reference] of references.entries()) {
      uploads.push(await this.prepareOne(draftId, position, reference));
    }
    return uploads;
  }

  private async prepareOne(draftId: string, position: number, reference: string): Promise<Upload> {
    const source = await this.files.open(reference);
    await source.close();
    const { name, type, size, version } = source;
    if (size > ATTACHMENT_MAX_PLAINTEXT) {
      throw new ChanceryError('TOO_LARGE', 'A file has at most 2 GiB.', { field: 'files' });
    }
    const file = { draftId, position, source: reference, version, name: safeFileName(name), type, size };
    return freshUpload(file, this.core.timer.now());
  }

  private async carryOut(draft: MessageDraft, manner: Manner, refused: Refused = 'forgotten'): Promise<MessageView> {
    const own = this.stopOf(draft.id);
    const stop = manner.stop ? anyOf(own, manner.stop) : own;
    const uploader = new Uploader(this.core, this.files, { ...manner, stop });
    const files: Attached[] = [];
    try {
      const uploads = await this.core.store.read((sql) => uploadsOf(sql, draft.id));
      for (const upload of uploads) files.push(await uploader.run(draft.groupId, upload));
      requireWanted({ stop });
      const sent = await this.post(draft, files);
      await this.forget(uploads);
      return sent;
    } catch (error) {
      throw await this.explain(draft, error, refused);
    } finally {
      if (!own.isGiven) this.stops.delete(draft.id); // else it stands until the draft is taken back
    }
  }

  private stopOf(draftId: string): Stop {
    const stop = this.stops.get(draftId) ?? new Stop();
    this.stops.set(draftId, stop);
    return stop;
  }

  /** Nothing for a message that the person takes back meanwhile. */
  private async unlessCancelled(draft: MessageDraft, manner: Manner, refused?: Refused): Promise<MessageView[]> {
    try {
      return [await this.carryOut(draft, manner, refused)];
    } catch (error) {
      if (error instanceof TransferPaused) return [];
      throw error;
    }
  }

  private async discard(draftId: string): Promise<void> {
    const uploads = await this.core.store.read((sql) => uploadsOf(sql, draftId));
    await this.core.store.transaction((sql) => removeDraft(sql, draftId));
    await this.forget(uploads);
  }

  private async forget(uploads: readonly Upload[]): Promise<void> {
    for (const { id, source } of uploads) {
      this.told.delete(id);
      await this.files.forget?.(source);
    }
  }

  /** What no further attempt can heal is not tried for ever: it is forgotten, or waits for its person. */
  private async explain(draft: MessageDraft, error: unknown, refused: Refused): Promise<unknown> {
    if (isTransient(error)) {
      return new ChanceryError('OFFLINE', 'The server cannot be reached; message and files wait in the vault.', {
        remedy: 'It goes on by itself while `chancery watch` runs, or at once: chancery attachment resume.',
        cause: error,
      });
    }
    if (error instanceof ChanceryError && !hasCode(error, 'DISK_FULL', 'VAULT_DAMAGED')) {
      const { code, message } = error;
      const isKept = refused === 'kept' && !hasCode(error, 'FILE_CHANGED', 'FILE_UNREADABLE');
      if (isKept) await this.core.store.transaction((sql) => markDraft(sql, draft.id, { code, message }));
      else await this.discard(draft.id);
    }
    return error;
  }
}
