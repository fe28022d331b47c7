import type { Client } from '#client';
import {
  DiscardLeftDraftDocument,
  HandOverDocumentsDocument,
  HealthDocument,
  LeftDraftsDocument,
  OrphanedDocumentsDocument,
  TakeOverDraftDocument,
} from '#contracts';

import type { House, LeftDraft, Orphan, ServerHealth } from './protocol.js';

/** The longest waiting; what was handed over makes room for the next. */
const PAGE = 100;

export class HouseDesk implements House {
  constructor(private readonly client: () => Client) {}

  async health(): Promise<ServerHealth> {
    return (await this.client().execute(HealthDocument, {})).health;
  }

  async orphans(): Promise<readonly Orphan[]> {
    const { orphanedDocuments } = await this.client().execute(OrphanedDocumentsDocument, { first: PAGE });
    return orphanedDocuments.edges.map(({ node }) => node);
  }

  async handOver(documentIds: readonly string[], personId: string): Promise<void> {
    await this.client().execute(HandOverDocumentsDocument, { documentIds: [...documentIds], personId });
  }

  async leftDrafts(): Promise<readonly LeftDraft[]> {
    const client = this.client();
    const names = new Map((await client.people()).map(({ id, name }) => [id, name]));
    const { leftDrafts } = await client.execute(LeftDraftsDocument, { first: PAGE });
    return leftDrafts.edges.map(({ node }) => ({ ...node, authorName: names.get(node.authorId) ?? '' }));
  }

  async takeOverDraft(id: string): Promise<void> {
    await this.client().execute(TakeOverDraftDocument, { id });
  }

  async discardDraft(id: string): Promise<void> {
    await this.client().execute(DiscardLeftDraftDocument, { id });
  }
}
