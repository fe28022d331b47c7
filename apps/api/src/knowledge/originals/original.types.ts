import { Field, Float, ID, InputType, Int, ObjectType } from '@nestjs/graphql';

@InputType()
export class OriginalInput {
  @Field(() => ID)
  documentId!: string;

  @Field(() => Int, { description: 'Number of the version that was made from the file; it has to be the caller’s own' })
  version!: number;

  @Field(() => String, { description: 'Name of the file, without its folder' })
  name!: string;

  @Field(() => String)
  mediaType!: string;

  @Field(() => Float, { description: 'Bytes of the file' })
  size!: number;

  @Field(() => String, { description: 'SHA-256 of the file, in lower-case hexadecimal digits' })
  sha256!: string;
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

@ObjectType({ description: 'A document of the collection that was made from a file with this content' })
export class KnownOriginal {
  @Field(() => String)
  sha256!: string;

  @Field(() => ID)
  documentId!: string;

  @Field(() => String, { nullable: true })
  sourceId!: string | null;

  @Field(() => String)
  title!: string;
}
