import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';

import { lockVault } from './lock.js';

describe('the lock of a vault', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'chancery-lock-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const busy = expect.objectContaining({ code: 'VAULT_BUSY' }) as unknown;
  const attempt = (): unknown => {
    try {
      return lockVault(folder);
    } catch (error) {
      return error;
    }
  };
  const claim = (number: number, holder: object): string => {
    const path = join(folder, `vault.lock.${String(number)}`);
    writeFileSync(path, JSON.stringify(holder));
    return path;
  };

  test('keeps a second one out until it is released', () => {
    const lock = lockVault(folder);
    expect(attempt()).toEqual(busy);
    lock.release();
    const next = lockVault(folder);
    expect(attempt()).toEqual(busy);
    next.release();
  });

  test('is free when its holder was killed', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    const ended = new Promise((resolve) => child.once('exit', resolve));
    claim(1, { pid: child.pid, host: hostname(), startedAt: '' });
    child.kill('SIGKILL');
    await ended;
    lockVault(folder).release();
  });

  test('is free when the number of its holder belongs to another process by now', () => {
    claim(1, { pid: process.pid, host: hostname(), startedAt: 'long ago' });
    if (process.platform === 'linux') lockVault(folder).release();
    else expect(attempt()).toEqual(busy);
  });

  test('is believed when its holder works on another machine, until that has been silent for long', () => {
    const path = claim(1, { pid: 1, host: 'elsewhere', startedAt: '1' });
    expect(attempt()).toEqual(busy);
    const longAgo = new Date(Date.now() - 3_600_000);
    utimesSync(path, longAgo, longAgo);
    lockVault(folder).release();
  });

  test('leaves one file behind, however often it is taken', () => {
    for (let time = 0; time < 5; time++) lockVault(folder).release();
    expect(readdirSync(folder)).toEqual(['vault.lock.5']);
  });
});
