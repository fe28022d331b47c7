export { BLOB_PART_BYTES, Blobs, NOTHING_STORED } from './blobs.js';
export type { BlobUpload, ByteRange } from './blobs.js';
export { BlobsModule } from './blobs.module.js';
