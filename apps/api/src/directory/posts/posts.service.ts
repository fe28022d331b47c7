import { Injectable } from '@nestjs/common';
import { DataSource, In } from 'typeorm';
import type { EntityManager } from 'typeorm';

import { isStatementId } from '#transparency';

import { AuditTrail } from '../../access/index.js';
import type { Caller } from '../../access/index.js';
import { decodeCursor, toConnection } from '../../platform/graphql/index.js';
import type { Connection } from '../../platform/graphql/index.js';
import { Refusal } from '../../platform/refusal.js';
import { badInput, requireId, requireName } from '../input.js';
import { isCountry, isTimeZone } from './countries.js';
import { PostEntity } from './post.entity.js';
import { PostKind } from './post.model.js';
import type { CreatePostInput, Post } from './post.model.js';

type PostRow = Pick<PostEntity, 'name' | 'kind' | 'country' | 'timeZone' | 'parentId'>;

/** Departments of headquarters and missions. */
@Injectable()
export class PostsService {
  constructor(
    private readonly source: DataSource,
    private readonly audit: AuditTrail,
  ) {}

  /** Enters a post by the act of an officer, see `create`. */
  open(input: CreatePostInput, caller: Caller): Promise<Post> {
    return this.source.transaction(async (manager) => {
      const post = await this.create(input, 'input', manager);
      await this.audit.recordAct(caller, 'createPost', [post.id], manager);
      return post;
    });
  }

  /**
   * Enters a post; the same input again changes nothing.
   * Throws BAD_INPUT, which names the field, or CONFLICT when the id belongs to another post.
   */
  async create(input: CreatePostInput, path: string, manager: EntityManager): Promise<Post> {
    validatePost(input, path);
    const { id, name, kind, timeZone } = input;
    const row = { id, name, kind, timeZone, country: input.country ?? null, parentId: input.parentId ?? null };
    if (row.parentId !== null && !(await this.exists(row.parentId, manager))) {
      throw badInput(`${path}.parentId`, 'is no post');
    }
    await manager.createQueryBuilder().insert().into(PostEntity).values(row).orIgnore().execute();
    const stored = await manager.findOneByOrFail(PostEntity, { id });
    if (!isSame(stored, row)) throw new Refusal('CONFLICT', 'another post has this id', { field: `${path}.id` });
    return toPost(stored);
  }

  /** Posts by name. */
  async page(first: number, after: string | null | undefined): Promise<Connection<Post>> {
    const query = this.source.manager.createQueryBuilder(PostEntity, 'post');
    const key = decodeCursor(after, ['string', 'string']);
    if (key) query.where('(post.name, post.id) > (:name, :id)', { name: key[0], id: key[1] });
    const rows = await query
      .orderBy('post.name')
      .addOrderBy('post.id')
      .limit(first + 1)
      .getMany();
    return toConnection(rows, first, ({ name, id }) => [name, id], toPost);
  }

  /** In the order of the ids; undefined where there is no such post. */
  async byIds(ids: readonly string[]): Promise<(Post | undefined)[]> {
    const rows = await this.source.manager.findBy(PostEntity, { id: In([...ids]) });
    const posts = new Map(rows.map((row) => [row.id, toPost(row)]));
    return ids.map((id) => posts.get(id));
  }

  async exists(id: string, manager: EntityManager = this.source.manager): Promise<boolean> {
    return isStatementId(id) && (await manager.existsBy(PostEntity, { id }));
  }
}

function validatePost(input: CreatePostInput, path: string): void {
  requireId(input.id, `${path}.id`);
  requireName(input.name, `${path}.name`);
  const country = input.country ?? undefined;
  if (country === undefined && input.kind === PostKind.MISSION)
    throw badInput(`${path}.country`, 'is missing: a mission has one');
  if (country !== undefined && !isCountry(country)) throw badInput(`${path}.country`, 'is no ISO 3166-1 alpha-2 code');
  if (!isTimeZone(input.timeZone)) throw badInput(`${path}.timeZone`, 'is no IANA time zone');
}

function isSame(a: PostRow, b: PostRow): boolean {
  const parts = ({ name, kind, country, timeZone, parentId }: PostRow) =>
    [name, kind, country, timeZone, parentId].join('\n');
  return parts(a) === parts(b);
}

function toPost({ id, name, kind, country, timeZone, parentId }: PostEntity): Post {
  return { id, name, kind, country, timeZone, parentId };
}
