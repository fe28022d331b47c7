import { Field, ObjectType } from '@nestjs/graphql';

import { DateTime, connectionOf } from '../../platform/graphql/index.js';
import { Document } from '../documents/documents.types.js';

@ObjectType({ description: 'A document that one has read' })
export class Reading {
  @Field(() => DateTime)
  readAt!: Date;

  @Field(() => Document)
  document!: Document;
}

@ObjectType()
export class ReadingConnection extends connectionOf(Reading) {}
