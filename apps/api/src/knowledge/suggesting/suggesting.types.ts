import { Field, ObjectType, registerEnumType } from '@nestjs/graphql';

export enum SuggestionKind {
  TITLE = 'TITLE',
  PERSON = 'PERSON',
  TOPIC = 'TOPIC',
  WORD = 'WORD',
}

registerEnumType(SuggestionKind, { name: 'SuggestionKind' });

@ObjectType()
export class Suggestion {
  @Field(() => SuggestionKind)
  kind!: SuggestionKind;

  @Field(() => String, { description: 'What may be asked for: of a word, what was typed with its last word completed' })
  text!: string;
}
