import { join } from 'node:path';

import { Global, Module } from '@nestjs/common';

import { AppConfig } from '../../config/index.js';
import { Blobs } from './blobs.js';
import { FileBlobs } from './fileBlobs.js';

/** The one blob store of this instance: S3 where S3_ENDPOINT is set, else a folder below the data folder. */
export async function openBlobs(config: AppConfig): Promise<Blobs> {
  if (config.blobs === undefined) return new FileBlobs(join(config.dataFolder, 'blobs'));
  const { S3Blobs } = await import('./s3Blobs.js'); // its SDK costs those who have no S3 a third of a second at boot
  return new S3Blobs(config.blobs);
}

@Global()
@Module({
  providers: [{ provide: Blobs, inject: [AppConfig], useFactory: openBlobs }],
  exports: [Blobs],
})
export class BlobsModule {}
