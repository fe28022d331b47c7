import { Field, Float, ID, InputType, ObjectType } from '@nestjs/graphql';

@InputType()
export class AttachmentInput {
  @Field(() => ID, { description: 'UUID that the client made' })
  id!: string;

  @Field(() => ID)
  groupId!: string;

  @Field(() => Float, { description: 'Bytes of the whole ciphertext' })
  size!: number;
}

@ObjectType()
export class AttachmentGrant {
  @Field(() => String, { description: 'For the header Chancery-Grant at /attachments/<id>, beside the session' })
  token!: string;

  @Field(() => Date)
  expiresAt!: Date;

  @Field(() => Float, { description: 'Bytes of the whole ciphertext' })
  size!: number;

  @Field(() => Float, { description: 'Bytes that the server has' })
  stored!: number;
}
