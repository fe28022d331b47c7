import type { Type } from '@nestjs/common';
import { Field, ObjectType } from '@nestjs/graphql';

import { Refusal } from '../refusal.js';

/** Longest cursor that is looked at. */
const MAX_CURSOR_LENGTH = 1024;

/** What a keyset cursor holds: the values of the sort columns of the last row of a page. */
export type CursorKey = readonly (string | number)[];

/** Opaque to clients: base64url of JSON. */
export function encodeCursor(key: CursorKey): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

/**
 * Reads a cursor whose values have the given types, for instance `decodeCursor(after, ['string', 'number'])`.
 * Undefined for an absent cursor; throws BAD_CURSOR for anything that `encodeCursor` did not make in that shape.
 */
export function decodeCursor(
  cursor: string | null | undefined,
  types: readonly ('string' | 'number')[],
): CursorKey | undefined {
  if (cursor === null || cursor === undefined) return undefined;
  const key = cursor.length <= MAX_CURSOR_LENGTH ? parseKey(cursor) : undefined;
  const fits = key?.length === types.length && key.every((value, index) => typeof value === types[index]);
  if (!fits) throw new Refusal('BAD_CURSOR', 'the cursor was not made by this list', { field: 'after' });
  return key as CursorKey;
}

function parseKey(cursor: string): unknown[] | undefined {
  try {
    const bytes = Buffer.from(cursor, 'base64url');
    if (bytes.toString('base64url') !== cursor) return undefined;
    const value: unknown = JSON.parse(bytes.toString());
    return Array.isArray(value) ? (value as unknown[]) : undefined;
  } catch {
    return undefined;
  }
}

/** Most rows that one page may have. */
export const MAX_PAGE = 200;

/** Checks `first`: from 1 to `max`. Throws BAD_INPUT. */
export function pageSize(first: number, max = MAX_PAGE): number {
  if (Number.isInteger(first) && first >= 1 && first <= max) return first;
  throw new Refusal('BAD_INPUT', `first has to be between 1 and ${String(max)}`, { field: 'first' });
}

@ObjectType()
export class PageInfo {
  @Field(() => String, { nullable: true })
  endCursor!: string | null;

  @Field(() => Boolean)
  hasNextPage!: boolean;
}

export interface Edge<Node> {
  cursor: string;
  node: Node;
}

export interface Connection<Node> {
  edges: Edge<Node>[];
  pageInfo: PageInfo;
}

/**
 * Makes the object types `<Name>Edge` and `<Name>Connection` for a node type. Use once a node, beside its class:
 * `@ObjectType() export class PostConnection extends connectionOf(Post) {}`.
 */
export function connectionOf<Node extends object>(node: Type<Node>, name = node.name): Type<Connection<Node>> {
  @ObjectType(`${name}Edge`)
  class NodeEdge implements Edge<Node> {
    @Field(() => String)
    cursor!: string;

    @Field(() => node)
    node!: Node;
  }

  @ObjectType({ isAbstract: true })
  abstract class NodeConnection implements Connection<Node> {
    @Field(() => [NodeEdge])
    edges!: NodeEdge[];

    @Field(() => PageInfo)
    pageInfo!: PageInfo;
  }
  return NodeConnection as Type<Connection<Node>>;
}

/**
 * Makes a page of rows. Ask the database for `first + 1` rows after the cursor; the extra row only tells whether there
 * is more.
 */
export function toConnection<Row, Node>(
  rows: readonly Row[],
  first: number,
  keyOf: (row: Row) => CursorKey,
  toNode: (row: Row) => Node,
): Connection<Node> {
  const edges = rows.slice(0, first).map((row) => ({ cursor: encodeCursor(keyOf(row)), node: toNode(row) }));
  return { edges, pageInfo: { endCursor: edges.at(-1)?.cursor ?? null, hasNextPage: rows.length > first } };
}

/** The page of nodes that are listed by their ids. */
export function toConnectionById<Node extends { readonly id: string }>(
  nodes: readonly Node[],
  first: number,
): Connection<Node> {
  const keyOf = ({ id }: Node): CursorKey => [id];
  return toConnection(nodes, first, keyOf, (node) => node);
}
