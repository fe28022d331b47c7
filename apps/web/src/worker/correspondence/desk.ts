import type {
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
import type { Label } from '#policy';

import type { News } from '../protocol.js';
import { drawn, eachPiece } from './files.js';
import type { FilePlace } from './files.js';
import { candidatesFor, labelChoices, memberCards, reachOf } from './people.js';
import type { Candidate, ConversationDetail, Correspondence, LabelChoices, Reach, Standing } from './protocol.js';
import { standingsOf } from './standings.js';

export class CorrespondenceDesk implements Correspondence {
  readonly #client: () => Client;
  readonly #tell: (news: News) => void;

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

  async takeFile(file: Blob, name: string): Promise<DraftFile> {
    this.#client(); // only for somebody who has opened the vault
    const { type, size } = file;
    return { reference: await privateFiles.take(file, name), name, type, size };
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

  file(conversationId: string, messageId: string, attachmentId: string): Promise<Blob> {
    return this.#open({ conversationId, messageId, attachmentId });
  }

  async picture(conversationId: string, messageId: string, attachmentId: string): Promise<ImageBitmap> {
    return drawn(await this.#open({ conversationId, messageId, attachmentId }));
  }

  async writeFile(
    conversationId: string,
    messageId: string,
    attachmentId: string,
    target: FileSystemFileHandle,
  ): Promise<void> {
    const writable = await target.createWritable();
    const place = { conversationId, messageId, attachmentId };
    try {
      await eachPiece(this.#client(), place, this.#progress(conversationId), (piece) => writable.write(piece));
    } catch (error) {
      await writable.abort();
      throw error;
    }
    await writable.close();
  }

  async #open(place: FilePlace): Promise<Blob> {
    const pieces: Uint8Array<ArrayBuffer>[] = [];
    await eachPiece(this.#client(), place, this.#progress(place.conversationId), (piece) => {
      pieces.push(piece);
    });
    return new Blob(pieces);
  }

  #progress(conversationId: string): (progress: TransferProgress) => void {
    return (progress) => {
      this.#tell({ type: 'transfer', conversationId, progress });
    };
  }
}
