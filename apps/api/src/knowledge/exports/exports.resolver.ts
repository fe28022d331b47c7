import { Args, Mutation, Resolver } from '@nestjs/graphql';

import { CurrentCaller, Requires } from '../../access/index.js';
import type { Caller } from '../../access/index.js';
import { Export, ExportInput } from './export.types.js';
import { ExportsService } from './exports.service.js';

@Resolver(() => Export)
export class ExportsResolver {
  constructor(private readonly service: ExportsService) {}

  @Mutation(() => Export, { description: 'Takes documents out: the audit trail is told before they are answered' })
  @Requires('knowledge.read')
  exportDocuments(@CurrentCaller() caller: Caller, @Args('input') input: ExportInput): Promise<Export> {
    return this.service.export(input, caller);
  }
}
