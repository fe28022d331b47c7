import { TransferPaused } from '#client';
import type {
  AttachmentView,
  Client,
  ConversationSummary,
  ConversationView,
  DraftFile,
  FindOptions,
  MessageHits,
  MessagePage,
  MessageView,
  NewConversation,
  PageRequest,
  TransferProgress,
  UnsentDraft,
  VersionView,
  WaitingView,
} from '#client';
import { privateFiles } from '#client/browser';
import { ATTACHMENT_MAX_PLAINTEXT, ATTACHMENTS_PER_MESSAGE } from '#contracts';
import type { Label } from '#policy';

import type { News } from '../protocol.js';
import { drawn, drawnSmall, eachPiece } from './files.js';
import type { Fetching } from './files.js';
import { candidatesFor, labelChoices, memberCards, reachOf } from './people.js';
import type {
  Candidate,
  ConversationDetail,
  Correspondence,
  FileLimits,
  FilePlace,
  LabelChoices,
  Reach,
  Standing,
  TakenFile,
} from './protocol.js';
import { standingsOf } from './standings.js';
import { Stoppable } from './stoppable.js';

export class CorrespondenceDesk implements Correspondence {
  readonly #client: () => Client;
  readonly #tell: (news: News) => void;
  readonly #transfers = new Stoppable();

  constructor(client: () => Client, tell: (news: News) => void) {
    this.#client = client;
    this.#tell = tell;
  }

  summaries(limit: number): Promise<readonly ConversationSummary[]> {
    return this.#client().conversationSummaries(limit);
  }

  async conversation(id: string): Promise<ConversationDetail> {
    const view = await this.#client().conversation(id);
    return { ...view, people: await memberCards(this.#client(), view) };
  }

  candidates(label: Label): Promise<readonly Candidate[]> {
    return candidatesFor(this.#client(), label);
  }

  async labelChoices(conversationId?: string): Promise<LabelChoices> {
    const client = this.#client();
    const ceiling = conversationId === undefined ? undefined : (await client.conversation(conversationId)).label;
    return labelChoices(client, ceiling);
  }

  createConversation(options: NewConversation): Promise<ConversationView> {
    return this.#client().createConversation(options);
  }

  async addPeople(conversationId: string, personIds: readonly string[]): Promise<void> {
    await this.#client().addPeople(conversationId, personIds);
  }

  async removePeople(conversationId: string, personIds: readonly string[]): Promise<void> {
    await this.#client().removePeople(conversationId, personIds);
  }

  async rename(conversationId: string, name: string): Promise<void> {
    await this.#client().rename(conversationId, name);
  }

  leave(conversationId: string): Promise<void> {
    return this.#client().leave(conversationId);
  }

  async handHistory(conversationId: string, personIds: readonly string[]): Promise<void> {
    await this.#client().handHistory(conversationId, personIds);
  }

  acceptStale(conversationId: string): Promise<void> {
    return this.#client().acceptStale(conversationId);
  }

  messages(conversationId: string, page: PageRequest): Promise<MessagePage> {
    return this.#client().messages(conversationId, page);
  }

  thread(conversationId: string, messageId: string): Promise<readonly MessageView[]> {
    return this.#client().thread(conversationId, messageId);
  }

  versions(conversationId: string, messageId: string): Promise<readonly VersionView[]> {
    return this.#client().versions(conversationId, messageId);
  }

  placeAt(conversationId: string, time: string): Promise<number | undefined> {
    return this.#client().placeAt(conversationId, time);
  }

  markRead(conversationId: string, upTo: number): Promise<void> {
    return this.#client().markRead(conversationId, upTo);
  }

  async standings(conversationId: string): Promise<readonly Standing[]> {
    return standingsOf(await this.#client().receipts(conversationId), (await this.#client().whoami()).personId);
  }

  find(query: string, options: FindOptions): Promise<MessageHits> {
    return this.#client().search.find(query, options);
  }

  async reach(conversationId: string, label: Label | undefined): Promise<Reach> {
    const client = this.#client();
    return reachOf(client, await client.conversation(conversationId), label);
  }

  draft(conversationId: string): Promise<UnsentDraft | undefined> {
    return this.#client().drafts.get(conversationId);
  }

  keepDraft(conversationId: string, draft: UnsentDraft): Promise<void> {
    return this.#client().drafts.put(conversationId, draft);
  }

  async dropDraft(conversationId: string): Promise<void> {
    const { drafts } = this.#client();
    const { files = [] } = (await drafts.get(conversationId)) ?? {};
    await drafts.remove(conversationId);
    for (const { reference } of files) await privateFiles.forget(reference);
  }

  fileLimits(): Promise<FileLimits> {
    return Promise.resolve({ files: ATTACHMENTS_PER_MESSAGE, bytes: ATTACHMENT_MAX_PLAINTEXT });
  }

  takeFile(file: Blob, { conversationId, id, name }: TakenFile): Promise<DraftFile | undefined> {
    this.#client(); // only for somebody who has opened the vault
    const { type, size } = file;
    return this.#transfers.run(id, async (stop) => {
      const reference = await privateFiles.take(file, name, (done) => {
        if (stop.isGiven) throw new TransferPaused();
        this.#tell({ type: 'transfer', conversationId, progress: { id, name, done, size } });
      });
      return { reference, name, type, size };
    });
  }

  async addToDraft(conversationId: string, file: DraftFile): Promise<void> {
    const { drafts } = this.#client();
    const draft = (await drafts.get(conversationId)) ?? { text: '' };
    await drafts.put(conversationId, { ...draft, files: [...(draft.files ?? []), file] });
  }

  draftPicture(reference: string): Promise<ImageBitmap> {
    this.#client();
    return drawnSmall(reference);
  }

  stopTransfer(id: string): Promise<void> {
    this.#transfers.stop(id);
    return Promise.resolve();
  }

  forgetFile(reference: string): Promise<void> {
    return privateFiles.forget(reference);
  }

  async send(conversationId: string, draft: UnsentDraft): Promise<void> {
    const client = this.#client();
    const { files = [], ...message } = draft;
    if (files.length === 0) await client.send(conversationId, message);
    else {
      const references = files.map(({ reference }) => reference);
      await client.attachments.leave(conversationId, message, references);
    }
  }

  async edit(conversationId: string, messageId: string, text: string, mentions: readonly string[]): Promise<void> {
    await this.#client().edit(conversationId, messageId, { text, ...(mentions.length > 0 && { mentions }) });
  }

  async react(conversationId: string, messageId: string, sign: string, isWithdrawn: boolean): Promise<void> {
    await this.#client().react(conversationId, messageId, sign, isWithdrawn);
  }

  async acknowledge(conversationId: string, messageId: string): Promise<void> {
    await this.#client().acknowledge(conversationId, messageId);
  }

  waiting(): Promise<readonly WaitingView[]> {
    return this.#client().outbox.list();
  }

  cancel(id: string): Promise<void> {
    return this.#client().outbox.cancel(id);
  }

  retry(id: string): Promise<void> {
    return this.#client().outbox.retry(id);
  }

  async begun(file: Pick<AttachmentView, 'id' | 'size' | 'name'>): Promise<TransferProgress | undefined> {
    const begun = await this.#client().attachments.begun(file);
    return begun && { id: file.id, name: file.name, done: begun.done, size: begun.size };
  }

  file(place: FilePlace): Promise<Blob | undefined> {
    return this.#fetch(place, (fetching) => this.#open(place, fetching));
  }

  picture(place: FilePlace): Promise<ImageBitmap | undefined> {
    return this.#fetch(place, async (fetching) => drawn(await this.#open(place, fetching)));
  }

  async writeFile(place: FilePlace, target: FileSystemFileHandle): Promise<boolean> {
    const written = await this.#fetch(place, async (fetching) => {
      const writable = await target.createWritable();
      try {
        await eachPiece(this.#client(), place, fetching, (piece) => writable.write(piece));
      } catch (error) {
        await writable.abort();
        throw error;
      }
      await writable.close();
      return true;
    });
    return written ?? false;
  }

  async #open(place: FilePlace, fetching: Fetching): Promise<Blob> {
    const pieces: Uint8Array<ArrayBuffer>[] = [];
    await eachPiece(this.#client(), place, fetching, (piece) => {
      pieces.push(piece);
    });
    return new Blob(pieces);
  }

  #fetch<Result>(
    { conversationId, file }: FilePlace,
    work: (fetching: Fetching) => Promise<Result>,
  ): Promise<Result | undefined> {
    const tell = (progress: TransferProgress): void => {
      this.#tell({ type: 'transfer', conversationId, progress });
    };
    return this.#transfers.run(file.id, (stop) => work({ tell, stop }));
  }
}
