import { Field, ID, InputType, Int, ObjectType } from '@nestjs/graphql';

import { DateTime } from '../../platform/graphql/index.js';
import { DocumentConnection } from '../documents/documents.types.js';

@InputType()
export class ExportInput {
  @Field(() => ID, { nullable: true, description: 'An export of the same device that goes on' })
  exportId?: string | null;

  @Field(() => ID, { nullable: true, description: 'A whole collection, page by page; either this or documentIds' })
  collectionId?: string | null;

  @Field(() => [ID], { nullable: true })
  documentIds?: string[] | null;

  @Field(() => Int, { nullable: true })
  first?: number | null;

  @Field(() => String, { nullable: true })
  after?: string | null;
}

@ObjectType({ description: 'Documents as the caller may read them at this moment; the audit trail has been told' })
export class Export {
  @Field(() => ID, { description: 'Stands in everything that is made of it' })
  id!: string;

  @Field(() => DateTime)
  at!: Date;

  @Field(() => DocumentConnection)
  documents!: DocumentConnection;
}
