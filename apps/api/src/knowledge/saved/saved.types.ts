import { Field, ID, InputType, ObjectType } from '@nestjs/graphql';

import { DateTime, connectionOf } from '../../platform/graphql/index.js';
import { SearchInput } from '../searching/search.types.js';

@ObjectType({ description: 'A search that somebody keeps; its owner alone knows of it' })
export class SavedSearch {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  name!: string;

  @Field(() => String, { description: 'The SearchInput as JSON: it is run by asking search for it' })
  request!: string;

  @Field(() => Boolean, { description: 'Whether what comes up gives a notice' })
  alerts!: boolean;

  @Field(() => DateTime)
  createdAt!: Date;
}

@ObjectType()
export class SavedSearchConnection extends connectionOf(SavedSearch) {}

@InputType()
export class SavedSearchInput {
  @Field(() => ID, { description: 'Made by the client; the same again changes nothing' })
  id!: string;

  @Field(() => String)
  name!: string;

  @Field(() => SearchInput)
  search!: SearchInput;

  @Field(() => Boolean, { nullable: true, defaultValue: false })
  alerts?: boolean | null;
}
