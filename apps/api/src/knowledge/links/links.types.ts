import { Field, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';

import { connectionOf } from '../../platform/graphql/index.js';
import { Document } from '../documents/documents.types.js';
import type { Reader } from '../reading.service.js';

/** How what is cited stands against what it was when it was cited. */
export enum LinkState {
  CURRENT = 'CURRENT',
  /** The paragraph says something else now. */
  CHANGED = 'CHANGED',
  /** The newest version no longer has the paragraph. */
  GONE = 'GONE',
  /** Another document took the place of the one that is linked. */
  SUPERSEDED = 'SUPERSEDED',
}

registerEnumType(LinkState, { name: 'LinkState' });

@ObjectType({ description: 'From a paragraph to a document, or to a paragraph of it, which it so cites' })
export class DocumentLink {
  @Field(() => ID)
  id!: string;

  @Field(() => ID, { description: 'The document in which the link stands' })
  sourceId!: string;

  @Field(() => ID, { description: 'The paragraph in which the link stands' })
  blockId!: string;

  @Field(() => ID)
  targetId!: string;

  @Field(() => ID, { nullable: true, description: 'The paragraph that is cited; null: the document is linked' })
  targetBlockId!: string | null;

  @Field(() => Int, { nullable: true, description: 'The version that was cited' })
  citedVersion!: number | null;

  @Field(() => LinkState)
  state!: LinkState;

  @Field(() => Document)
  source!: Document;

  @Field(() => Document)
  target!: Document;

  /** Versions of the target that the reader may read: the one that was cited, and the newest. */
  citedVersionId!: string | null;
  newestVersionId!: string;
  reader!: Reader;
}

@ObjectType()
export class DocumentLinkConnection extends connectionOf(DocumentLink) {}
