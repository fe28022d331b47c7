import { Args, ID, Int, Mutation, Query, Resolver } from '@nestjs/graphql';

import { CurrentCaller, Requires } from '../../access/index.js';
import type { Caller } from '../../access/index.js';
import { decodeCursor, pageSize, toConnection } from '../../platform/graphql/index.js';
import { Refusal } from '../../platform/refusal.js';
import { DocumentsService } from '../documents/documents.service.js';
import { Document, DocumentConnection } from '../documents/documents.types.js';
import { Labels } from '../labels.js';
import { presentDocument } from '../documents/presentDocument.js';
import { ReadingService } from '../reading.service.js';
import type { Reader } from '../reading.service.js';
import { FavouritesService } from './favourites.service.js';
import { Recents } from './recents.js';
import type { RecentRow } from './recents.js';
import { Reading, ReadingConnection } from './shelf.types.js';

/** What a person keeps at hand; nobody else ever sees it. */
@Resolver(() => Reading)
export class ShelfResolver {
  constructor(
    private readonly recents: Recents,
    private readonly service: FavouritesService,
    private readonly reading: ReadingService,
    private readonly documents: DocumentsService,
    private readonly labels: Labels,
  ) {}

  @Requires('knowledge.read')
  @Query(() => ReadingConnection, { description: 'What one has read lately and still may, the newest first' })
  async recentDocuments(
    @CurrentCaller() caller: Caller,
    @Args('first', { type: () => Int, nullable: true, defaultValue: 20 }) first: number | null,
    @Args('after', { type: () => String, nullable: true }) after?: string | null,
  ): Promise<ReadingConnection> {
    const size = pageSize(first ?? 20);
    const reader = await this.reading.readerOf(caller);
    const rows = await this.recents.list(caller.personId, rowOf(after), size + 1, reader);
    const shown = await this.shown(rows, reader);
    return toConnection(
      shown,
      size,
      ({ row: { readAt, documentId } }) => [readAt.toISOString(), documentId],
      ({ row: { readAt }, document }) => ({ readAt, document }),
    );
  }

  @Requires('knowledge.read')
  @Mutation(() => Boolean, { description: 'Forgets what one has read' })
  async clearRecentDocuments(@CurrentCaller() { personId }: Caller): Promise<boolean> {
    await this.recents.clear(personId);
    return true;
  }

  @Requires('knowledge.read')
  @Query(() => DocumentConnection, { description: "One's own that one may read, in one's own order" })
  async favourites(
    @CurrentCaller() caller: Caller,
    @Args('first', { type: () => Int, nullable: true, defaultValue: 50 }) first: number | null,
    @Args('after', { type: () => String, nullable: true }) after?: string | null,
  ): Promise<DocumentConnection> {
    const size = pageSize(first ?? 50);
    const reader = await this.reading.readerOf(caller);
    const rows = await this.service.list(caller.personId, placeOf(after), size + 1, reader);
    const shown = await this.shown(rows, reader);
    return toConnection(
      shown,
      size,
      ({ row: { place } }) => [place],
      ({ document }) => document,
    );
  }

  @Requires('knowledge.read')
  @Mutation(() => Boolean, { description: 'Keeps a document at hand: before another favourite, else at the end' })
  async putFavourite(
    @CurrentCaller() caller: Caller,
    @Args('id', { type: () => ID }) id: string,
    @Args('before', { type: () => ID, nullable: true }) before?: string | null,
  ): Promise<boolean> {
    await this.service.put(id, before ?? undefined, caller);
    return true;
  }

  @Requires('knowledge.read')
  @Mutation(() => Boolean, { description: 'False when it was none' })
  async removeFavourite(@CurrentCaller() caller: Caller, @Args('id', { type: () => ID }) id: string): Promise<boolean> {
    return this.service.remove(id, caller);
  }

  private async shown<Row extends { readonly documentId: string }>(
    rows: readonly Row[],
    reader: Reader,
  ): Promise<{ row: Row; document: Document }[]> {
    const ids = rows.map(({ documentId }) => documentId);
    const found = new Map((await this.documents.byIds(ids, reader.filter)).map((document) => [document.id, document]));
    const labels = await this.labels.byIds([...found.values()].map(({ labelId }) => labelId));
    return rows.flatMap((row) => {
      const document = found.get(row.documentId);
      const label = document && labels.get(document.labelId);
      return label ? [{ row, document: presentDocument(document, label, reader) }] : [];
    });
  }
}

/** Throws BAD_CURSOR. */
function rowOf(after: string | null | undefined): RecentRow | undefined {
  const [at, documentId] = decodeCursor(after, ['string', 'string']) ?? [];
  if (at === undefined) return undefined;
  const readAt = new Date(at);
  if (!Number.isNaN(readAt.getTime())) return { readAt, documentId: String(documentId) };
  throw new Refusal('BAD_CURSOR', 'the cursor was not made by this list', { field: 'after' });
}

/** Throws BAD_CURSOR. */
function placeOf(after: string | null | undefined): number {
  const [place = 0] = decodeCursor(after, ['number']) ?? [];
  if (Number.isInteger(place) && Number(place) >= 0 && Number(place) <= 1_000_000) return Number(place);
  throw new Refusal('BAD_CURSOR', 'the cursor was not made by this list', { field: 'after' });
}
