import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';

import { BLOB_PART_BYTES, NOTHING_STORED, UploadLost, storeBlob } from '../../apps/api/src/platform/blobs/index.js';
import type { Blobs, BlobUpload } from '../../apps/api/src/platform/blobs/index.js';
import { FileBlobs } from '../../apps/api/src/platform/blobs/fileBlobs.js';
import { S3Blobs } from '../../apps/api/src/platform/blobs/s3Blobs.js';
import { startObjectStore } from '../support/objectStore.js';

/** The contract of the blob port, kept by both that stand behind it. S3 here is s3rver, a test double. */

interface Store {
  /** As another instance, or this one after a restart, would open it. */
  open(): Blobs;
  /** Files that are left on the disk. */
  leftovers(): Promise<string[]>;
  stop(): Promise<void>;
}

async function fileStore(): Promise<Store> {
  const folder = await mkdtemp(join(tmpdir(), 'chancery-blobs-'));
  return {
    open: () => new FileBlobs(folder),
    leftovers: () => filesBelow(folder),
    stop: () => rm(folder, { recursive: true }),
  };
}

async function s3Store(): Promise<Store> {
  const store = await startObjectStore();
  return {
    open: () => new S3Blobs(store.settings),
    leftovers: () => filesBelow(join(store.folder, store.settings.bucket)),
    stop: () => store.stop(),
  };
}

function* piecesOf(bytes: Buffer, size: number): Generator<Buffer> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

describe.each([
  ['files', fileStore],
  ['S3', s3Store],
])('blobs in %s', (_, start) => {
  let store: Store;
  let blobs: Blobs;
  const KEY = 'attachments/0f00c0de-0000-7000-8000-00000000000a';

  beforeEach(async () => {
    store = await start();
    blobs = store.open();
  });
  afterEach(() => store.stop());

  async function appendAll(bytes: Buffer, lengths: readonly number[], from: BlobUpload = NOTHING_STORED) {
    let upload = from;
    for (const length of lengths) {
      // each time as if the server had been started anew: what it knows is what JSON keeps
      upload = JSON.parse(JSON.stringify(upload)) as BlobUpload;
      upload = await store.open().append(KEY, upload, bytes.subarray(upload.size, upload.size + length));
    }
    return upload;
  }

  async function contentOf(key: string, start: number, end: number): Promise<Buffer> {
    return buffer(await blobs.read(key, { start, end }));
  }

  test('a whole blob is read back, in full and by ranges, and replaced by another', async () => {
    const bytes = randomBytes(100_000);
    await blobs.put(KEY, bytes);
    expect(await blobs.size(KEY)).toBe(100_000);
    expect((await contentOf(KEY, 0, 100_000)).equals(bytes)).toBe(true);
    expect((await contentOf(KEY, 99_999, 100_000)).equals(bytes.subarray(99_999))).toBe(true);
    expect((await contentOf(KEY, 512, 70_001)).equals(bytes.subarray(512, 70_001))).toBe(true);
    await blobs.put(KEY, bytes.subarray(0, 7));
    expect(await blobs.size(KEY)).toBe(7);
  });

  test('a range that the blob does not have, and a blob that is not there, are refused', async () => {
    await blobs.put(KEY, randomBytes(10));
    await expect(blobs.read(KEY, { start: 5, end: 11 })).rejects.toThrow();
    await expect(blobs.read(KEY, { start: 10, end: 20 })).rejects.toThrow();
    await expect(blobs.read('attachments/00-none', { start: 0, end: 1 })).rejects.toThrow();
    expect(await blobs.size('attachments/00-none')).toBeUndefined();
  });

  test.each([
    ['whole parts', [BLOB_PART_BYTES, BLOB_PART_BYTES, 1000]],
    ['small pieces', Array.from({ length: 24 }, () => 500_000)],
    ['a mixture', [1, BLOB_PART_BYTES, 70_000, BLOB_PART_BYTES - 1, BLOB_PART_BYTES, 3]],
    ['exactly one part', [BLOB_PART_BYTES]],
    ['less than a part', [10, 20]],
    ['nothing at all', []],
  ])(
    'what grows by %s is whole when it is completed, not before, and leaves nothing else behind',
    async (_name, lengths) => {
      const bytes = randomBytes(lengths.reduce((sum, length) => sum + length, 0));
      const upload = await appendAll(bytes, lengths);
      expect(upload.size).toBe(bytes.length);
      expect(await blobs.size(KEY)).toBeUndefined();
      await store.open().complete(KEY, upload);
      expect(await blobs.size(KEY)).toBe(bytes.length);
      if (bytes.length > 0) expect((await contentOf(KEY, 0, bytes.length)).equals(bytes)).toBe(true);
      expect(await filesLike(KEY)).toBe(1);
    },
  );

  test('a piece whose answer was lost is given again, longer or shorter than before', async () => {
    const bytes = randomBytes(BLOB_PART_BYTES * 2 + 5000);
    const half = await appendAll(bytes, [BLOB_PART_BYTES, 1000]);
    // nobody kept what these gave
    await blobs.append(KEY, half, randomBytes(BLOB_PART_BYTES));
    await blobs.append(KEY, half, randomBytes(4000));
    const upload = await appendAll(bytes, [2000, BLOB_PART_BYTES, 2000], half);
    await blobs.complete(KEY, upload);
    expect((await contentOf(KEY, 0, bytes.length)).equals(bytes)).toBe(true);
  });

  test('completing twice is completing once', async () => {
    const bytes = randomBytes(BLOB_PART_BYTES + 77);
    const upload = await appendAll(bytes, [BLOB_PART_BYTES, 77]);
    await blobs.complete(KEY, upload);
    await store.open().complete(KEY, upload);
    expect((await contentOf(KEY, 0, bytes.length)).equals(bytes)).toBe(true);
  });

  test('removing takes the blob, or all that was appended for one, and nothing of its neighbours', async () => {
    await blobs.put(`${KEY}0`, randomBytes(5));
    await blobs.put(KEY, randomBytes(5));
    await blobs.remove(KEY);
    await blobs.remove(KEY);
    expect([await blobs.size(KEY), await blobs.size(`${KEY}0`)]).toEqual([undefined, 5]);
    await appendAll(randomBytes(BLOB_PART_BYTES * 2), [BLOB_PART_BYTES, 10, 10]);
    await blobs.remove(KEY);
    expect(await filesLike(KEY)).toBe(1);
  });

  test('all whole blobs are listed, what grows is not', async () => {
    const keys = Array.from({ length: 30 }, (_, index) => `attachments/blob-${String(index)}`);
    for (const key of [...keys, 'originals/other']) await blobs.put(key, randomBytes(3));
    await appendAll(randomBytes(20), [10, 10]);
    const found: string[] = [];
    for await (const key of store.open().keys()) found.push(key);
    expect(found.sort()).toEqual([...keys, 'originals/other'].sort());
  });

  test('nothing is listed where nothing was stored', async () => {
    for await (const key of blobs.keys()) throw new Error(key);
  });

  test.each([0, 5, BLOB_PART_BYTES, 2 * BLOB_PART_BYTES + 9])('a stream of %s bytes is stored whole', async (size) => {
    const bytes = randomBytes(size);
    await storeBlob(blobs, KEY, Readable.from(piecesOf(bytes, 700_001)));
    expect(await blobs.size(KEY)).toBe(size);
    if (size > 0) expect((await contentOf(KEY, 0, size)).equals(bytes)).toBe(true);
    expect(await filesLike(KEY)).toBe(1);
  });

  test.each([
    ['pieces', [1000, 1000]],
    ['parts', [BLOB_PART_BYTES, 1000]],
  ])('%s that are gone are said to be, and what grew of them begins anew', async (_name, lengths) => {
    const bytes = randomBytes(BLOB_PART_BYTES * 2);
    const upload = await appendAll(bytes, lengths);
    await blobs.remove(KEY);
    await expect(blobs.append(KEY, upload, bytes.subarray(0, BLOB_PART_BYTES))).rejects.toThrow(UploadLost);
    await expect(blobs.complete(KEY, upload)).rejects.toThrow(UploadLost);
    await blobs.complete(KEY, await appendAll(bytes, [BLOB_PART_BYTES, BLOB_PART_BYTES]));
    expect((await contentOf(KEY, 0, bytes.length)).equals(bytes)).toBe(true);
  });

  test('keys that could be paths, and pieces that are too long, are refused', async () => {
    for (const key of [
      '../x',
      'a/../b',
      'attachments',
      'attachments/..',
      '/etc/passwd',
      'a/b/c',
      'attachments/A0',
      '',
    ]) {
      await expect(blobs.put(key, randomBytes(1))).rejects.toThrow(RangeError);
      await expect(blobs.read(key, { start: 0, end: 1 })).rejects.toThrow(RangeError);
      await expect(blobs.remove(key)).rejects.toThrow(RangeError);
    }
    await expect(blobs.append(KEY, NOTHING_STORED, Buffer.alloc(BLOB_PART_BYTES + 1))).rejects.toThrow(RangeError);
  });

  /** How many blobs and pieces of blobs are there whose keys begin so. s3rver keeps three files an object. */
  async function filesLike(key: string): Promise<number> {
    const name = key.split('/').at(-1) ?? '';
    const found = (await store.leftovers()).filter(
      (file) => file.startsWith(name) && !/\._S3rver_.*(md5|json)$/.test(file),
    );
    return found.length;
  }
});
