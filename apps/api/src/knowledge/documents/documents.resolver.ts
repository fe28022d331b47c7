import { Args, Context, ID, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';

import { CurrentCaller, Requires } from '../../access/index.js';
import type { Caller } from '../../access/index.js';
import { decodeCursor, loaderFor, pageSize, toConnection, toConnectionById } from '../../platform/graphql/index.js';
import type { RequestContext } from '../../platform/graphql/index.js';
import { Access } from '../access.js';
import { CollectionsService } from '../collections/collections.service.js';
import { DocumentsService } from './documents.service.js';
import type { DocumentRow } from './documents.service.js';
import {
  Document,
  DocumentConnection,
  DocumentInput,
  FileResult,
  Version,
  VersionConnection,
} from './documents.types.js';
import { FilingService } from '../filing/filing.service.js';
import { Labels } from '../labels.js';
import { DocumentMoves } from '../moving/documentMoves.js';
import { presentDocument, presentFiled, presentVersion } from './presentDocument.js';
import { ReadingService } from '../reading.service.js';
import type { Reader } from '../reading.service.js';
import { Recents } from '../shelf/recents.js';

const NEWEST = 2_147_483_647;

@Resolver(() => Document)
export class DocumentsResolver {
  constructor(
    private readonly service: DocumentsService,
    private readonly collections: CollectionsService,
    private readonly filing: FilingService,
    private readonly moves: DocumentMoves,
    private readonly reading: ReadingService,
    private readonly labels: Labels,
    private readonly recents: Recents,
  ) {}

  @Query(() => DocumentConnection)
  @Requires('knowledge.read')
  async documents(
    @CurrentCaller() caller: Caller,
    @Args('collectionId', { type: () => ID }) collectionId: string,
    @Args('first', { type: () => Int, nullable: true, defaultValue: 50 }) first: number | null,
    @Args('after', { type: () => String, nullable: true }) after?: string | null,
  ): Promise<DocumentConnection> {
    const size = pageSize(first ?? 50);
    const [id = ''] = decodeCursor(after, ['string']) ?? [];
    const reader = await this.reading.readerOf(caller);
    await this.collections.require(collectionId, Access.READ, reader);
    const rows = await this.service.list(collectionId, reader.filter, String(id), size + 1);
    const nodes = await this.present(rows, reader);
    return toConnectionById(nodes, size);
  }

  @Query(() => Document, { nullable: true })
  @Requires('knowledge.read')
  async document(
    @CurrentCaller() caller: Caller,
    @Args('id', { type: () => ID }) id: string,
    @Args('version', { type: () => Int, nullable: true }) version?: number | null,
  ): Promise<Document | undefined> {
    const reader = await this.reading.readerOf(caller);
    const row = await this.service.version(id, version ?? undefined, reader.filter);
    const [node] = await this.present([row], reader);
    if (node) this.recents.note(caller.personId, node.id);
    return node;
  }

  @Mutation(() => [FileResult])
  @Requires('knowledge.write')
  async fileDocuments(
    @CurrentCaller() caller: Caller,
    @Args('collectionId', { type: () => ID }) collectionId: string,
    @Args('documents', { type: () => [DocumentInput] }) documents: DocumentInput[],
  ): Promise<(typeof FileResult)[]> {
    return (await this.filing.file(collectionId, documents, caller)).map(presentFiled);
  }

  @Mutation(() => FileResult)
  @Requires('knowledge.write')
  async reviseDocument(
    @CurrentCaller() caller: Caller,
    @Args('id', { type: () => ID }) id: string,
    @Args('baseVersion', { type: () => Int }) baseVersion: number,
    @Args('document') document: DocumentInput,
  ): Promise<typeof FileResult> {
    return presentFiled(await this.filing.revise(id, baseVersion, document, caller));
  }

  @Mutation(() => Boolean, { description: 'Puts documents with their parts into another collection, all or none' })
  @Requires('knowledge.write')
  async moveDocuments(
    @CurrentCaller() caller: Caller,
    @Args('documentIds', { type: () => [ID] }) documentIds: string[],
    @Args('collectionId', { type: () => ID }) collectionId: string,
  ): Promise<boolean> {
    await this.moves.move(documentIds, collectionId, caller);
    return true;
  }

  @ResolveField(() => VersionConnection)
  async versions(
    @Parent() { id, reader }: Document,
    @Args('first', { type: () => Int, nullable: true, defaultValue: 20 }) first: number | null,
    @Args('after', { type: () => String, nullable: true }) after?: string | null,
  ): Promise<VersionConnection> {
    const size = pageSize(first ?? 20);
    const [before = NEWEST] = decodeCursor(after, ['number']) ?? [];
    const rows = await this.service.versions(id, reader.filter, Number(before), size + 1);
    return toConnection(
      rows,
      size,
      ({ number }) => [number],
      (row) => presentVersion(row.id, row),
    );
  }

  /** The separately labelled parts that the reader may read; nothing tells of others. */
  @ResolveField(() => [Document], { description: 'The separately labelled parts that one may read' })
  async parts(@Parent() { id, reader }: Document, @Context() context: RequestContext): Promise<Document[]> {
    return this.partsOf(context).load({ id, reader });
  }

  private readonly partsOf = loaderFor('document.parts', async (wanted: readonly { id: string; reader: Reader }[]) => {
    const [first] = wanted;
    if (!first) return [];
    // All documents of one request have one reader.
    const rows = await this.service.parts(
      wanted.map(({ id }) => id),
      first.reader.filter,
    );
    const parts = await this.present(rows, first.reader);
    return wanted.map(({ id }) => parts.filter(({ partOf }) => partOf === id));
  });

  private async present(rows: readonly DocumentRow[], reader: Reader): Promise<Document[]> {
    const labels = await this.labels.byIds(rows.map(({ labelId }) => labelId));
    return rows.flatMap((row) => {
      const label = labels.get(row.labelId);
      return label ? [presentDocument(row, label, reader)] : [];
    });
  }
}

/** A body is long: it is read only where it is asked for, and for all versions of an answer at once. */
@Resolver(() => Version)
export class VersionsResolver {
  constructor(private readonly service: DocumentsService) {}

  private readonly bodies = loaderFor('version.body', async (ids: readonly string[]) => {
    const bodies = await this.service.bodies(ids);
    return ids.map((id) => bodies.get(id) ?? '');
  });

  @ResolveField(() => String)
  async body(@Parent() { id }: Version, @Context() context: RequestContext): Promise<string> {
    return this.bodies(context).load(id);
  }
}
