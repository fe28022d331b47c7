import { Args, Context, ID, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';

import { CurrentCaller, Requires } from '../../access/index.js';
import type { Caller } from '../../access/index.js';
import { loaderFor, RefusalType } from '../../platform/graphql/index.js';
import type { RequestContext } from '../../platform/graphql/index.js';
import { Refusal } from '../../platform/refusal.js';
import { Version } from '../documents/documents.types.js';
import { ImportedFilesService } from './importedFiles.service.js';
import {
  ImportedFileInput,
  KeepOriginalResult,
  KnownOriginal,
  Original,
  OriginalInput,
  OriginalRefused,
  OriginalUpload,
  WholeOriginalInput,
} from './original.types.js';
import { OriginalsService } from './originals.service.js';

@Resolver(() => Version)
export class OriginalsResolver {
  constructor(
    private readonly service: OriginalsService,
    private readonly importedFiles: ImportedFilesService,
  ) {}

  private readonly originals = loaderFor('version.original', async (ids: readonly string[]) => {
    const originals = await this.service.ofVersions(ids);
    return ids.map((id) => originals.get(id));
  });

  @ResolveField(() => Original, { nullable: true })
  original(@Parent() { id }: Version, @Context() context: RequestContext): Promise<Original | undefined> {
    return this.originals(context).load(id);
  }

  @Query(() => [KnownOriginal], {
    description:
      'Which of these contents documents of the collection were made from, as far as the caller may read them',
  })
  @Requires('knowledge.read')
  knownOriginals(
    @CurrentCaller() caller: Caller,
    @Args('collectionId', { type: () => ID }) collectionId: string,
    @Args('sha256', { type: () => [String] }) sha256: string[],
  ): Promise<KnownOriginal[]> {
    return this.service.known(collectionId, sha256, caller);
  }

  @Mutation(() => [KeepOriginalResult], {
    description: 'Lays small files beside the versions that were made from them, whole, in the order of the inputs',
  })
  @Requires('knowledge.write')
  async keepOriginals(
    @CurrentCaller() caller: Caller,
    @Args('inputs', { type: () => [WholeOriginalInput] }) inputs: WholeOriginalInput[],
  ): Promise<(typeof KeepOriginalResult)[]> {
    const kept = await this.service.keep(inputs, caller);
    return kept.map((one) =>
      one instanceof Refusal
        ? Object.assign(new OriginalRefused(), { refusal: new RefusalType(one) })
        : Object.assign(new OriginalUpload(), one),
    );
  }

  @Mutation(() => Boolean, {
    description: 'Notes that all documents of a file are filed, so that it is known under another name; true',
  })
  @Requires('knowledge.write')
  async noteImportedFile(@CurrentCaller() caller: Caller, @Args('input') input: ImportedFileInput): Promise<boolean> {
    await this.importedFiles.note(input, caller);
    return true;
  }

  @Mutation(() => OriginalUpload, {
    description:
      'Begins to lay a file beside the version that was made from it, or goes on; its bytes go to PATCH /originals/<id>',
  })
  @Requires('knowledge.write')
  beginOriginal(@CurrentCaller() caller: Caller, @Args('input') input: OriginalInput): Promise<OriginalUpload> {
    return this.service.begin(input, caller);
  }
}
