import { Field, ID, InputType, Int, ObjectType, createUnionType } from '@nestjs/graphql';

import { DateTime, LabelInput, LabelType, RefusalType, connectionOf } from '../../platform/graphql/index.js';
import { DocumentState } from './document.entity.js';
import type { Reader } from '../reading.service.js';

/** Something that a paper says beside title and body, under the name that its kind gives it. */
@ObjectType('Field')
export class FieldType {
  @Field(() => String)
  name!: string;

  @Field(() => String)
  value!: string;
}

@ObjectType('PersonMention')
export class PersonMentionType {
  @Field(() => String, { nullable: true })
  id!: string | null;

  @Field(() => String)
  name!: string;

  @Field(() => String, { nullable: true })
  role!: string | null;

  @Field(() => String, { nullable: true })
  description!: string | null;
}

@ObjectType()
export class Footnote {
  @Field(() => String, { nullable: true })
  id!: string | null;

  @Field(() => String)
  mark!: string;

  @Field(() => String)
  text!: string;
}

@ObjectType()
export class Version {
  @Field(() => ID)
  id!: string;

  @Field(() => Int)
  number!: number;

  @Field(() => ID)
  authorId!: string;

  @Field(() => DateTime)
  createdAt!: Date;

  @Field(() => String, { description: "SHA-256 of the body's UTF-8, in lower-case hexadecimal digits" })
  sha256!: string;

  @Field(() => String)
  changeNote!: string;
}

@ObjectType()
export class VersionConnection extends connectionOf(Version) {}

@ObjectType()
export class Document {
  @Field(() => ID)
  id!: string;

  @Field(() => ID)
  collectionId!: string;

  @Field(() => String, { nullable: true })
  sourceId!: string | null;

  @Field(() => ID)
  kind!: string;

  @Field(() => String, { nullable: true })
  number!: string | null;

  @Field(() => String)
  title!: string;

  @Field(() => LabelType)
  label!: LabelType;

  @Field(() => String)
  language!: string;

  @Field(() => String, { nullable: true })
  date!: string | null;

  @Field(() => String, { nullable: true })
  dateText!: string | null;

  @Field(() => String, { nullable: true })
  from!: string | null;

  @Field(() => String, { nullable: true })
  to!: string | null;

  @Field(() => String, { nullable: true })
  place!: string | null;

  @Field(() => [String])
  topics!: string[];

  @Field(() => [String])
  countries!: string[];

  @Field(() => [String])
  handling!: string[];

  @Field(() => [FieldType])
  fields!: FieldType[];

  @Field(() => [PersonMentionType])
  persons!: PersonMentionType[];

  @Field(() => [Footnote])
  footnotes!: Footnote[];

  @Field(() => ID, { nullable: true, description: 'The document that this is a separately labelled part of' })
  partOf!: string | null;

  @Field(() => String, { nullable: true, description: "Which field of that document's kind the part is" })
  slot!: string | null;

  @Field(() => DocumentState, { description: 'Where the newest version stands' })
  state!: DocumentState;

  @Field(() => Int, { nullable: true, description: 'Number of the version that was approved last' })
  approvedVersion!: number | null;

  @Field(() => ID, { nullable: true, description: 'The document that took the place of this one' })
  supersededBy!: string | null;

  @Field(() => Version)
  version!: Version;

  /** Who asked, for the fields that are resolved later. */
  reader!: Reader;
}

@ObjectType()
export class DocumentConnection extends connectionOf(Document) {}

@ObjectType()
export class FiledDocument {
  @Field(() => String, { nullable: true })
  sourceId!: string | null;

  @Field(() => ID)
  documentId!: string;

  @Field(() => Int)
  versionNumber!: number;

  @Field(() => String, { description: 'CREATED, REVISED or UNCHANGED' })
  outcome!: 'CREATED' | 'REVISED' | 'UNCHANGED';
}

@ObjectType()
export class FileRefused {
  @Field(() => String, { nullable: true })
  sourceId!: string | null;

  @Field(() => RefusalType)
  refusal!: RefusalType;
}

export const FileResult = createUnionType({ name: 'FileResult', types: () => [FiledDocument, FileRefused] as const });

@InputType()
export class FieldInput {
  @Field(() => String)
  name!: string;

  @Field(() => String)
  value!: string;
}

@InputType()
export class PersonMentionInput {
  @Field(() => String, { nullable: true })
  id?: string | null;

  @Field(() => String)
  name!: string;

  @Field(() => String, { nullable: true })
  role?: string | null;

  @Field(() => String, { nullable: true })
  description?: string | null;
}

@InputType()
export class FootnoteInput {
  @Field(() => String, { nullable: true })
  id?: string | null;

  @Field(() => String)
  mark!: string;

  @Field(() => String)
  text!: string;
}

@InputType()
export class DocumentInput {
  @Field(() => String, {
    nullable: true,
    description: 'Stable name of the paper at its source; filing the same again makes no new version',
  })
  sourceId?: string | null;

  @Field(() => ID)
  kind!: string;

  @Field(() => String, { nullable: true })
  number?: string | null;

  @Field(() => String)
  title!: string;

  @Field(() => LabelInput, { nullable: true })
  label?: LabelInput | null;

  @Field(() => String)
  language!: string;

  @Field(() => String, { nullable: true })
  date?: string | null;

  @Field(() => String, { nullable: true })
  dateText?: string | null;

  @Field(() => String, { nullable: true })
  from?: string | null;

  @Field(() => String, { nullable: true })
  to?: string | null;

  @Field(() => String, { nullable: true })
  place?: string | null;

  @Field(() => [String], { nullable: true, defaultValue: [] })
  topics?: string[] | null;

  @Field(() => [String], { nullable: true, defaultValue: [] })
  countries?: string[] | null;

  @Field(() => [String], { nullable: true, defaultValue: [] })
  handling?: string[] | null;

  @Field(() => [FieldInput], { nullable: true, defaultValue: [] })
  fields?: FieldInput[] | null;

  @Field(() => [PersonMentionInput], { nullable: true, defaultValue: [] })
  persons?: PersonMentionInput[] | null;

  @Field(() => [FootnoteInput], { nullable: true, defaultValue: [] })
  footnotes?: FootnoteInput[] | null;

  @Field(() => String, { nullable: true, defaultValue: '', description: 'Plain text; not read where blocks are given' })
  body?: string | null;

  @Field(() => String, { nullable: true, description: 'The body as a block document in JSON' })
  blocks?: string | null;

  @Field(() => ID, { nullable: true, description: 'Files a part of this document, with a label of its own' })
  partOf?: string | null;

  @Field(() => String, { nullable: true, description: "Which field of the document's kind the part is" })
  slot?: string | null;

  @Field(() => String, { nullable: true, defaultValue: '' })
  changeNote?: string | null;
}
