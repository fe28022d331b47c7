import { Args, ID, Mutation, Resolver } from '@nestjs/graphql';

import { CurrentCaller, Requires } from '../../access/index.js';
import type { Caller } from '../../access/index.js';
import { AttachmentGrant, AttachmentInput } from './attachment.types.js';
import { AttachmentsService } from './attachments.service.js';

@Resolver(() => AttachmentGrant)
export class AttachmentsResolver {
  constructor(private readonly service: AttachmentsService) {}

  @Mutation(() => AttachmentGrant, {
    description: 'Begins an attachment, or goes on with one; the bytes go to PATCH /attachments/<id>',
  })
  @Requires('delivery.use')
  beginAttachment(@CurrentCaller() caller: Caller, @Args('input') input: AttachmentInput): Promise<AttachmentGrant> {
    return this.service.begin(caller, input);
  }

  @Mutation(() => AttachmentGrant, { description: 'The bytes come from GET /attachments/<id>, by ranges' })
  @Requires('delivery.use')
  openAttachment(
    @CurrentCaller() caller: Caller,
    @Args('groupId', { type: () => ID }) groupId: string,
    @Args('id', { type: () => ID }) id: string,
  ): Promise<AttachmentGrant> {
    return this.service.open(caller, groupId, id);
  }
}
