export { BLOB_PART_BYTES, Blobs, NOTHING_STORED, UploadLost, storeBlob } from './blobs.js';
export type { BlobUpload, ByteRange } from './blobs.js';
export { BlobsModule, openBlobs } from './blobs.module.js';
