import { Args, Context, ID, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';

import { CurrentCaller, Requires, Role } from '../../access/index.js';
import type { Caller } from '../../access/index.js';
import { decodeCursor, loaderFor, pageSize, toConnectionById } from '../../platform/graphql/index.js';
import type { RequestContext } from '../../platform/graphql/index.js';
import { Refusal } from '../../platform/refusal.js';
import type { CollectionEntity, GrantEntity } from './collection.entity.js';
import { CollectionsService } from './collections.service.js';
import type { NewGrant } from './collections.service.js';
import {
  Collection,
  CollectionConnection,
  CreateCollectionInput,
  Grant,
  GrantInput,
  RenameCollectionInput,
} from './collections.types.js';
import { Labels } from '../labels.js';
import { CollectionMoves } from '../moving/collectionMoves.js';
import { presentCollection } from './presentCollection.js';
import { ReadingService } from '../reading.service.js';
import type { Reader } from '../reading.service.js';

/** A collection together with who asks for it: what a loader needs to answer for this reader only. */
interface Asked {
  readonly id: string;
  readonly reader: Reader;
}

@Resolver(() => Collection)
export class CollectionsResolver {
  constructor(
    private readonly service: CollectionsService,
    private readonly moves: CollectionMoves,
    private readonly reading: ReadingService,
    private readonly labels: Labels,
  ) {}

  private readonly counts = loaderFor('collection.documentCount', async (asked: readonly Asked[]) => {
    const [first] = asked;
    const ids = asked.map(({ id }) => id);
    const counts = first ? await this.service.documentCounts(ids, first.reader) : new Map<string, number>();
    return ids.map((id) => counts.get(id) ?? 0);
  });

  private readonly parents = loaderFor('collection.parent', async (asked: readonly Asked[]) => {
    const [first] = asked;
    if (!first) return [];
    const rows = await this.service.byIds([...new Set(asked.map(({ id }) => id))], first.reader);
    const nodes = await this.present(rows, first.reader);
    return asked.map(({ id }) => nodes.find((node) => node.id === id) ?? null);
  });

  @Query(() => CollectionConnection)
  @Requires('knowledge.read')
  async collections(
    @CurrentCaller() caller: Caller,
    @Args('first', { type: () => Int, nullable: true, defaultValue: 50 }) first: number | null,
    @Args('after', { type: () => String, nullable: true }) after?: string | null,
  ): Promise<CollectionConnection> {
    const size = pageSize(first ?? 50);
    const [id = ''] = decodeCursor(after, ['string']) ?? [];
    const reader = await this.reading.readerOf(caller);
    const rows = await this.service.list(reader, String(id), size + 1);
    const nodes = await this.present(rows, reader);
    return toConnectionById(nodes, size);
  }

  @Query(() => Collection, { nullable: true })
  @Requires('knowledge.read')
  async collection(@CurrentCaller() caller: Caller, @Args('id', { type: () => ID }) id: string): Promise<Collection> {
    const reader = await this.reading.readerOf(caller);
    const [node] = await this.present(await this.service.byIds([id], reader), reader);
    if (!node) throw new Refusal('NOT_FOUND', 'there is no such collection', { field: 'id' });
    return node;
  }

  @Query(() => [Grant])
  @Requires('knowledge.manage')
  async grants(
    @CurrentCaller() caller: Caller,
    @Args('collectionId', { type: () => ID }) collectionId: string,
  ): Promise<Grant[]> {
    const reader = await this.reading.readerOf(caller);
    return (await this.service.grants(collectionId, reader)).map(toGrant);
  }

  @Mutation(() => Collection)
  @Requires('knowledge.manage')
  async createCollection(
    @CurrentCaller() caller: Caller,
    @Args('input') input: CreateCollectionInput,
  ): Promise<Collection> {
    const made = await this.service.create(
      {
        id: input.id ?? undefined,
        name: input.name,
        description: input.description ?? '',
        defaultLabel: input.defaultLabel,
        parentId: input.parentId ?? undefined,
        indexCeiling: input.indexCeiling ?? undefined,
      },
      caller,
    );
    return this.presentOne(made, caller);
  }

  @Mutation(() => Collection)
  @Requires('knowledge.manage')
  async renameCollection(
    @CurrentCaller() caller: Caller,
    @Args('input') { collectionId, name, description }: RenameCollectionInput,
  ): Promise<Collection> {
    const naming = { name, description: description ?? undefined };
    return this.presentOne(await this.service.rename(collectionId, naming, caller), caller);
  }

  @Mutation(() => Collection, { description: 'Puts a collection with all that it holds into another one' })
  @Requires('knowledge.manage')
  async moveCollection(
    @CurrentCaller() caller: Caller,
    @Args('collectionId', { type: () => ID }) collectionId: string,
    @Args('parentId', { type: () => ID, nullable: true, description: 'Without it, it lies in none' })
    parentId?: string | null,
  ): Promise<Collection> {
    return this.presentOne(await this.moves.move(collectionId, parentId ?? undefined, caller), caller);
  }

  @Mutation(() => Grant)
  @Requires('knowledge.manage')
  async grantCollection(@CurrentCaller() caller: Caller, @Args('input') input: GrantInput): Promise<Grant> {
    const { collectionId, access } = input;
    return toGrant(await this.service.grant({ collectionId, access, grantee: granteeOf(input) }, caller));
  }

  @Mutation(() => Boolean)
  @Requires('knowledge.manage')
  async withdrawGrant(@CurrentCaller() caller: Caller, @Args('id', { type: () => ID }) id: string): Promise<boolean> {
    return this.service.withdraw(id, caller);
  }

  @ResolveField(() => Int)
  async documentCount(@Parent() { id, reader }: Collection, @Context() context: RequestContext): Promise<number> {
    return this.counts(context).load({ id, reader });
  }

  /** Null at the root of the tree, and where the reader holds no grant for the collection above. */
  @ResolveField(() => Collection, { nullable: true })
  async parent(
    @Parent() { parentId, reader }: Collection,
    @Context() context: RequestContext,
  ): Promise<Collection | null> {
    return parentId === null ? null : this.parents(context).load({ id: parentId, reader });
  }

  /** For whoever has just changed it, with the rights that this has left. */
  private async presentOne(row: CollectionEntity, caller: Caller): Promise<Collection> {
    const [node] = await this.present([row], await this.reading.readerOf(caller));
    if (!node) throw new Error('a collection that was just changed can not be shown');
    return node;
  }

  private async present(rows: readonly CollectionEntity[], reader: Reader): Promise<Collection[]> {
    const labels = await this.labels.byIds(rows.map(({ defaultLabelId }) => defaultLabelId));
    return rows.flatMap((row) => {
      const label = labels.get(row.defaultLabelId);
      return (label && presentCollection(row, label, reader)) ?? [];
    });
  }
}

function granteeOf({ personId, postId, role }: GrantInput): NewGrant['grantee'] {
  const named = [
    ...(personId ? [{ kind: 'person' as const, id: personId }] : []),
    ...(postId ? [{ kind: 'post' as const, id: postId }] : []),
    ...(role ? [{ kind: 'role' as const, id: role }] : []),
  ];
  const [grantee] = named;
  if (grantee && named.length === 1) return grantee;
  throw new Refusal('BAD_INPUT', 'a grant names exactly one of personId, postId and role', { field: 'personId' });
}

function toGrant({ id, access, granteeKind, granteeId }: GrantEntity): Grant {
  return {
    id,
    access,
    personId: granteeKind === 'person' ? granteeId : null,
    postId: granteeKind === 'post' ? granteeId : null,
    role: granteeKind === 'role' ? roleNamed(granteeId) : null,
  };
}

/** Undefined roles can't be granted; one that the product no longer has is shown as none. */
function roleNamed(name: string): Role | null {
  const known: Readonly<Record<string, Role | undefined>> = Role;
  return known[name] ?? null;
}
