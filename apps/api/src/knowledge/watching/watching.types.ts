import { Field, ID, ObjectType, registerEnumType } from '@nestjs/graphql';

import { DateTime, connectionOf } from '../../platform/graphql/index.js';
import { Collection } from '../collections/collections.types.js';
import { Document } from '../documents/documents.types.js';

export enum WatchKind {
  COLLECTION = 'COLLECTION',
  DOCUMENT = 'DOCUMENT',
}

registerEnumType(WatchKind, { name: 'WatchKind' });

@ObjectType({ description: 'A collection or a document that one is told about' })
export class Watch {
  @Field(() => ID)
  id!: string;

  @Field(() => WatchKind)
  kind!: WatchKind;

  @Field(() => ID)
  targetId!: string;

  @Field(() => DateTime)
  createdAt!: Date;

  @Field(() => Collection, { nullable: true })
  collection!: Collection | null;

  @Field(() => Document, { nullable: true })
  document!: Document | null;
}

@ObjectType()
export class WatchConnection extends connectionOf(Watch) {}
