import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import S3rver from 's3rver';

import type { BlobStore } from '../../apps/api/src/config/appConfig.js';

/** An S3 interface on this machine. A test double (s3rver): it speaks the protocol and keeps files, but it is not S3. */
export interface ObjectStore {
  readonly settings: BlobStore;
  /** The same as variables of a server. */
  readonly environment: Readonly<Record<string, string>>;
  /** Every object of the bucket that is on the disk, by its key; for tests that look for what was left behind. */
  readonly folder: string;
  stop(): Promise<void>;
}

export async function startObjectStore(): Promise<ObjectStore> {
  const folder = await mkdtemp(join(tmpdir(), 'chancery-s3-'));
  const server = new S3rver({ address: '127.0.0.1', port: 0, silent: true, directory: folder });
  const { port } = (await server.run()) as AddressInfo;
  const settings = {
    endpoint: `http://127.0.0.1:${String(port)}`,
    region: 'us-east-1',
    bucket: 'chancery',
    accessKey: 'S3RVER',
    secretKey: 'S3RVER',
  };
  const stop = async () => {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  };
  const environment = {
    S3_ENDPOINT: settings.endpoint,
    S3_BUCKET: settings.bucket,
    S3_ACCESS_KEY: settings.accessKey,
    S3_SECRET_KEY: settings.secretKey,
  };
  return { settings, environment, folder, stop };
}
