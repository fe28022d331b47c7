import { ChanceryError } from '#client';
import type { Client } from '#client';
import {
  AnswerReviewDocument,
  DocumentKindsDocument,
  RequestDowngradeDocument,
  RequestReviewDocument,
  RestoreVersionDocument,
  SupersedeDocumentDocument,
  WithdrawReviewDocument,
} from '#contracts';
import type { DowngradeInput, ReviewAnswer, ReviewInput } from '#contracts';
import { EMPTY_DOCUMENT, DocumentError, parseDocument, readHtml, readMarkdown } from '#document';
import type { BlockDocument } from '#document';

import type { PlainLabel } from '../knowledge/protocol.js';
import { begin, discard, flushed, open, revise, write } from './drafts.js';
import type {
  Apart,
  AskedReview,
  Kept,
  Kind,
  NewPaper,
  OpenDraft,
  Pasted,
  Published,
  SchemaData,
  Writing,
  Written,
} from './protocol.js';
import { publish, rebase, refusalOf } from './publish.js';
import { schemaData } from './schema.js';
import { apart, united } from './unite.js';

export class WritingDesk implements Writing {
  constructor(private readonly client: () => Client) {}

  async kinds(): Promise<readonly Kind[]> {
    const { documentKinds } = await this.client().execute(DocumentKindsDocument, {});
    return documentKinds.map((kind) => ({ ...kind, template: parseDocument(JSON.parse(kind.template)) }));
  }

  schema(): Promise<SchemaData> {
    return Promise.resolve(schemaData());
  }

  pasted(text: string, format: 'html' | 'markdown'): Promise<Pasted> {
    try {
      const { document, footnotes } =
        format === 'html' ? { document: readHtml(text), footnotes: [] } : readMarkdown(text);
      return Promise.resolve({ blocks: document, footnotes });
    } catch (error) {
      if (error instanceof DocumentError) throw new ChanceryError('TOO_LARGE', error.message);
      throw error;
    }
  }

  async begin({ collectionId, kind, title, label, language }: NewPaper): Promise<string> {
    const known = (await this.kinds()).find(({ id }) => id === kind);
    const written = { kind, title, label, language, blocks: known?.template ?? EMPTY_DOCUMENT };
    return begin(this.client(), { collectionId, documentId: null, baseVersion: null, written });
  }

  revise(documentId: string): Promise<string> {
    return revise(this.client(), documentId);
  }

  async beginPart(draftId: string, slot: string, title: string, label: PlainLabel): Promise<string> {
    const client = this.client();
    const { collectionId, documentId, written: whole } = await flushed(client, draftId);
    const place = { partOf: documentId ?? draftId, slot };
    const written = { kind: 'other', title, label, language: whole.language, blocks: EMPTY_DOCUMENT, ...place };
    return begin(client, { collectionId, documentId: null, baseVersion: null, written });
  }

  open(id: string): Promise<OpenDraft> {
    return open(this.client(), id);
  }

  write(id: string, revision: number, written: Written, over?: number): Promise<Kept> {
    const blocks = parseDocument(written.blocks);
    return write(this.client(), id, revision, { ...written, blocks }, over);
  }

  discard(id: string): Promise<void> {
    return discard(this.client(), id);
  }

  publish(id: string, note: string): Promise<Published> {
    return publish(this.client(), id, note);
  }

  apart(yours: Written, theirs: Written): Promise<{ yours: Apart; theirs: Apart }> {
    return Promise.resolve({ yours: apart(yours, theirs), theirs: apart(theirs, yours) });
  }

  unite(yours: Written, theirs: Written): Promise<Written> {
    return Promise.resolve(united(yours, theirs));
  }

  rebase(id: string, blocks: BlockDocument, newestVersion: number): Promise<void> {
    return rebase(this.client(), id, blocks, newestVersion);
  }

  async requestReview(input: ReviewInput): Promise<AskedReview> {
    return (await this.client().execute(RequestReviewDocument, { input })).requestReview;
  }

  async answerReview(id: string, answer: ReviewAnswer, note: string): Promise<void> {
    await this.client().execute(AnswerReviewDocument, { id, answer, note });
  }

  async withdrawReview(id: string): Promise<void> {
    await this.client().execute(WithdrawReviewDocument, { id });
  }

  async restore(documentId: string, version: number, baseVersion: number, changeNote: string): Promise<number> {
    const asked = { documentId, version, baseVersion, changeNote };
    const { restoreVersion } = await this.client().execute(RestoreVersionDocument, asked);
    if (restoreVersion.__typename === 'FileRefused') throw refusalOf(restoreVersion.refusal);
    return restoreVersion.versionNumber;
  }

  async supersede(documentId: string, by: string): Promise<void> {
    await this.client().execute(SupersedeDocumentDocument, { id: documentId, by });
  }

  async requestDowngrade(input: DowngradeInput): Promise<void> {
    await this.client().execute(RequestDowngradeDocument, { input });
  }
}
