import { ATTACHMENT_MAX_PLAINTEXT, ATTACHMENTS_PER_MESSAGE } from '#contracts';

import type { Core } from '../core.js';
import { ChanceryError, hasCode, isTransient } from '../errors.js';
import { newUuid } from '../identifiers.js';
import { Mutex } from '../mutex.js';
import type { Files } from '../ports/files.js';
import { requireText } from '../conversation/content.js';
import { loadConversation, requireActive } from '../conversation/record.js';
import { findAttached } from '../conversation/messages.js';
import type { MessageView, NewMessage, SaveOptions, TransferProgress } from '../types.js';
import type { Attached } from './attached.js';
import { Downloader } from './download.js';
import { safeFileName } from './names.js';
import { freshUpload, Uploader } from './upload.js';
import { drafts, removeDraft, saveDraft, uploadsOf } from './uploadRows.js';
import type { MessageDraft, Upload } from './uploadRows.js';

/** Posts a message with files that are on the server, and forgets its draft in the same step. */
export type PostAttached = (draft: MessageDraft, files: readonly Attached[]) => Promise<MessageView>;

type OnProgress = (progress: TransferProgress) => void;

const silently: OnProgress = () => undefined;

/**
 * Files that travel with messages. Each has a key of its own, which stands in the message; the server keeps ciphertext of a padded length.
 * Transfers take bounded memory, whatever the size, and go on where they were after any crash of either side.
 */
export class Attachments {
  private readonly sending = new Mutex();

  constructor(
    private readonly core: Core,
    private readonly files: Files,
    private readonly post: PostAttached,
  ) {}

  /**
   * Sends a message with files. When this rejects with OFFLINE, message and files wait in the vault; `resume` goes on.
   * @param references of the platform's files: absolute paths on Node
   * @throws ChanceryError FILE_UNREADABLE, FILE_CHANGED, TOO_LARGE, QUOTA_EXCEEDED, NOT_A_MEMBER, OFFLINE …
   */
  async send(
    conversationId: string,
    message: NewMessage,
    references: readonly string[],
    onProgress: OnProgress = silently,
  ): Promise<MessageView> {
    requireText(message.text);
    const draft: MessageDraft = { id: newUuid(this.core.timer.now()), groupId: conversationId, message };
    const uploads = await this.prepare(draft.id, references);
    await this.core.store.transaction(async (sql) => {
      requireActive(await loadConversation(sql, conversationId));
      await saveDraft(sql, draft, uploads);
    });
    return this.sending.run(() => this.carryOut(draft, onProgress));
  }

  /** Messages whose files are not all on the server yet. */
  async waiting(): Promise<number> {
    return (await this.core.store.read(drafts)).length;
  }

  /** Goes on with what was interrupted; returns the messages that were sent. @throws ChanceryError as `send` */
  resume(onProgress: OnProgress = silently): Promise<readonly MessageView[]> {
    return this.sending.run(async () => {
      const sent: MessageView[] = [];
      for (const draft of await this.core.store.read(drafts)) sent.push(await this.carryOut(draft, onProgress));
      return sent;
    });
  }

  /**
   * Fetches the files of a message into a folder and returns where they are. A name that is taken gets a number; nothing is replaced. Asked
   * again after an interruption, goes on.
   * @throws ChanceryError NOT_FOUND, ATTACHMENT_FORGED, ATTACHMENT_GONE, NOT_A_MEMBER, DISK_FULL, SERVER_UNREACHABLE …
   */
  async save(messageId: string, options: SaveOptions, onProgress: OnProgress = silently): Promise<readonly string[]> {
    const { groupId, files } = await this.core.store.read((sql) =>
      findAttached(sql, messageId, options.conversationId),
    );
    const wanted = files.filter(({ id }) => options.attachmentId === undefined || options.attachmentId === id);
    if (wanted.length === 0)
      throw new ChanceryError('NOT_FOUND', 'The message has no such file.', { field: 'message' });
    const downloader = new Downloader(this.core, this.files, onProgress);
    const paths: string[] = [];
    for (const file of wanted) {
      const name = safeFileName(options.name !== undefined && wanted.length === 1 ? options.name : file.name);
      paths.push(await downloader.run({ groupId, file, folder: options.folder, name }));
    }
    return paths;
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

  private async carryOut(draft: MessageDraft, onProgress: OnProgress): Promise<MessageView> {
    const uploader = new Uploader(this.core, this.files, onProgress);
    const files: Attached[] = [];
    try {
      for (const upload of await this.core.store.read((sql) => uploadsOf(sql, draft.id))) {
        files.push(await uploader.run(draft.groupId, upload));
      }
      return await this.post(draft, files);
    } catch (error) {
      throw await this.explain(draft, error);
    }
  }

  /** What no further attempt can heal is forgotten, so that it is not tried for ever. */
  private async explain(draft: MessageDraft, error: unknown): Promise<unknown> {
    if (isTransient(error)) {
      return new ChanceryError('OFFLINE', 'The server cannot be reached; message and files wait in the vault.', {
        remedy: 'Go on when there is a connection: chancery attachment resume.',
        cause: error,
      });
    }
    if (error instanceof ChanceryError && !hasCode(error, 'DISK_FULL', 'VAULT_DAMAGED')) {
      await this.core.store.transaction((sql) => removeDraft(sql, draft.id));
    }
    return error;
  }
}
