import { createUnionType, Field, Float, ID, InputType, Int, ObjectType } from '@nestjs/graphql';

import { Bytes, LabelType, RefusalType } from '../../platform/graphql/index.js';

/** What is told of a file that a version was made from, however its bytes come. */
@InputType({ isAbstract: true })
abstract class OriginalFields {
  @Field(() => ID)
  documentId!: string;

  @Field(() => Int, { description: 'Number of the version that was made from the file; it has to be the caller’s own' })
  version!: number;

  @Field(() => String, { description: 'Name of the file, without its folder' })
  name!: string;

  @Field(() => String)
  mediaType!: string;

  @Field(() => String, { description: 'SHA-256 of the file, in lower-case hexadecimal digits' })
  sha256!: string;
}

@InputType()
export class OriginalInput extends OriginalFields {
  @Field(() => Float, { description: 'Bytes of the file' })
  size!: number;
}

@InputType({ description: 'A small file, whole' })
export class WholeOriginalInput extends OriginalFields {
  @Field(() => Bytes)
  content!: Uint8Array;
}

@InputType({ description: 'A file all papers of which are filed, and that lies beside none of them' })
export class ImportedFileInput {
  @Field(() => ID)
  collectionId!: string;

  @Field(() => String, { description: 'Name by which the file was imported' })
  name!: string;

  @Field(() => String, { description: 'SHA-256 of the file, in lower-case hexadecimal digits' })
  sha256!: string;

  @Field(() => [ID], { description: 'Every document that was made from it; they have to be the caller’s own' })
  documentIds!: string[];
}

@ObjectType()
export class OriginalUpload {
  @Field(() => ID)
  id!: string;

  @Field(() => Float, { description: 'Bytes of the whole file' })
  size!: number;

  @Field(() => Float, { description: 'Bytes that the server has' })
  stored!: number;

  @Field(() => Boolean, { description: 'All of it is there and has been compared with its hash' })
  isComplete!: boolean;
}

@ObjectType({
  description: 'The file that a version was made from; its bytes come from GET /originals/<id>, by ranges',
})
export class Original {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  name!: string;

  @Field(() => String)
  mediaType!: string;

  @Field(() => Float)
  size!: number;

  @Field(() => String, { description: 'SHA-256, in lower-case hexadecimal digits' })
  sha256!: string;
}

@ObjectType()
export class OriginalRefused {
  @Field(() => RefusalType)
  refusal!: RefusalType;
}

export const KeepOriginalResult = createUnionType({
  name: 'KeepOriginalResult',
  types: () => [OriginalUpload, OriginalRefused] as const,
});

@ObjectType({ description: 'A document of the collection that was made from a file with this content' })
export class KnownOriginal {
  @Field(() => String)
  sha256!: string;

  @Field(() => ID, { description: 'The first, where the file made several' })
  documentId!: string;

  @Field(() => String, { nullable: true, description: 'Of the document; the name of a file that made several' })
  sourceId!: string | null;

  @Field(() => Boolean, { description: 'Whether the file lies beside the document; else it made several, all filed' })
  isKept!: boolean;

  @Field(() => LabelType)
  label!: LabelType;

  @Field(() => String)
  title!: string;
}
