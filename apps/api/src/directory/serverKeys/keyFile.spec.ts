import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { ready, toHex, utf8, verifySignature } from '#primitives/verify';
import { Directory } from '#transparency';

import type { AppConfig } from '../../config/index.js';
import { Clock } from '../../platform/clock.js';
import { KeyFile } from './keyFile.js';

describe("the file of the server's keys", () => {
  let folder: string;
  const nobody = Directory.empty();

  beforeAll(() => ready());
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chancery-keys-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const path = (): string => join(folder, 'deep', 'keys.json');
  async function open(): Promise<KeyFile> {
    const file = new KeyFile({ keysFile: path() } as AppConfig, new Clock());
    await file.onModuleInit();
    return file;
  }
  const keysOf = (file: KeyFile): string[] =>
    (['log', 'delivery'] as const).flatMap((purpose) =>
      file.keysFor(purpose).map(({ publicKey }) => `${purpose} ${toHex(publicKey)}`),
    );

  test('is made once, whichever of the instances that start together is first', async () => {
    const files = await Promise.all([open(), open(), open(), open()] as const);
    expect(new Set(files.map((file) => keysOf(file).join())).size).toBe(1);
    expect(keysOf(await open())).toEqual(keysOf(files[0]));
    expect(keysOf(files[0])).toHaveLength(2);
  });

  test('signs what verifies under the public halves', async () => {
    const file = await open();
    const key = await file.current('log', nobody);
    const { publicKey } = key;
    expect(verifySignature(publicKey, utf8('words'), key.sign(utf8('words')))).toBe(true);
    expect(verifySignature(publicKey, utf8('others'), key.sign(utf8('words')))).toBe(false);
  });

  test('has one key at a time that waits for a statement, and instances see what others add', async () => {
    const [first, second] = [await open(), await open()];
    const waiting = await first.next('log', nobody);
    expect(await second.holds(waiting.publicKey)).toBe(true);
    expect(toHex((await second.next('log', nobody)).publicKey)).toBe(toHex(waiting.publicKey));
    expect(await second.holds(new Uint8Array(32))).toBe(false);
  });

  test('that is damaged keeps the server from starting, and is not written over', async () => {
    await open();
    await writeFile(path(), '{ "version": 1, "keys": [');
    await expect(open()).rejects.toMatchObject({ code: 'CONFIG_INVALID', field: 'CHANCERY_KEYS_FILE' });
    expect(await readFile(path(), 'utf8')).toBe('{ "version": 1, "keys": [');
  });
});
