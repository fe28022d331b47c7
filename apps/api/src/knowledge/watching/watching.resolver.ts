import { Args, ID, Int, Mutation, Query, Resolver } from '@nestjs/graphql';

import { CurrentCaller, Requires } from '../../access/index.js';
import type { Caller } from '../../access/index.js';
import { decodeCursor, pageSize, toConnectionById } from '../../platform/graphql/index.js';
import { CollectionsService } from '../collections/collections.service.js';
import { DocumentsService } from '../documents/documents.service.js';
import { Labels } from '../labels.js';
import { presentCollection } from '../collections/presentCollection.js';
import { presentDocument } from '../documents/presentDocument.js';
import { ReadingService } from '../reading.service.js';
import type { Reader } from '../reading.service.js';
import { WatchingService } from './watching.service.js';
import type { WatchRow } from './watching.service.js';
import { Watch, WatchConnection, WatchKind } from './watching.types.js';

@Resolver(() => Watch)
export class WatchingResolver {
  constructor(
    private readonly service: WatchingService,
    private readonly reading: ReadingService,
    private readonly documents: DocumentsService,
    private readonly collections: CollectionsService,
    private readonly labels: Labels,
  ) {}

  @Requires('knowledge.read')
  @Query(() => WatchConnection, { description: 'What one watches and may read' })
  async watches(
    @CurrentCaller() caller: Caller,
    @Args('first', { type: () => Int, nullable: true, defaultValue: 50 }) first: number | null,
    @Args('after', { type: () => String, nullable: true }) after?: string | null,
  ): Promise<WatchConnection> {
    const size = pageSize(first ?? 50);
    const [id = ''] = decodeCursor(after, ['string']) ?? [];
    const reader = await this.reading.readerOf(caller);
    const rows = await this.service.list(String(id), size + 1, caller, reader);
    return toConnectionById(await this.present(rows, reader), size);
  }

  @Requires('knowledge.read')
  @Mutation(() => Watch, { description: 'Gives a notice when something happens to a document, or in a collection' })
  async watch(
    @CurrentCaller() caller: Caller,
    @Args('kind', { type: () => WatchKind }) kind: WatchKind,
    @Args('id', { type: () => ID }) id: string,
  ): Promise<Watch> {
    const row = await this.service.watch(kind, id, caller);
    const [watch] = await this.present([row], await this.reading.readerOf(caller));
    if (!watch) throw new Error('a watch without a target');
    return watch;
  }

  @Requires('knowledge.read')
  @Mutation(() => Boolean, { description: 'False when it was not watched' })
  async unwatch(
    @CurrentCaller() caller: Caller,
    @Args('kind', { type: () => WatchKind }) kind: WatchKind,
    @Args('id', { type: () => ID }) id: string,
  ): Promise<boolean> {
    return this.service.unwatch(kind, id, caller);
  }

  private async present(rows: readonly WatchRow[], reader: Reader): Promise<Watch[]> {
    const idsOf = (wanted: WatchKind) => rows.filter(({ kind }) => kind === wanted).map(({ targetId }) => targetId);
    const documents = await this.documents.byIds(idsOf(WatchKind.DOCUMENT), reader.filter);
    const collections = await this.collections.byIds(idsOf(WatchKind.COLLECTION), reader);
    const labelIds = [
      ...documents.map(({ labelId }) => labelId),
      ...collections.map(({ defaultLabelId }) => defaultLabelId),
    ];
    const labels = await this.labels.byIds(labelIds);
    return rows.map((row) => {
      const document = documents.find(({ id }) => id === row.targetId);
      const collection = collections.find(({ id }) => id === row.targetId);
      const documentLabel = document && labels.get(document.labelId);
      const collectionLabel = collection && labels.get(collection.defaultLabelId);
      return {
        ...row,
        document: documentLabel ? presentDocument(document, documentLabel, reader) : null,
        collection: collectionLabel ? presentCollection(collection, collectionLabel, reader) : null,
      };
    });
  }
}
