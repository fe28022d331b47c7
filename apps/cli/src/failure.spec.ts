import { readFile } from 'node:fs/promises';

import pc from 'picocolors';

import { ChanceryError } from '#client';

import { exitCodeOf, failureOf, printFailure } from './failure.js';

const catching = async (work: () => Promise<unknown>): Promise<unknown> => {
  try {
    await work();
  } catch (error) {
    return error;
  }
  return undefined;
};

describe('what went wrong', () => {
  test('is told with code, message, field and remedy', () => {
    const failure = failureOf(new ChanceryError('PASSPHRASE_WEAK', 'too weak', { field: 'passphrase' }));
    expect(failure).toEqual({
      code: 'PASSPHRASE_WEAK',
      message: 'too weak',
      field: 'passphrase',
      remedy: expect.stringContaining('unrelated words') as string,
    });
    expect(exitCodeOf(failure)).toBe(1);
  });

  test('a missing file is named', async () => {
    const failure = failureOf(await catching(() => readFile('/nowhere/paper.md')));
    expect(failure).toMatchObject({
      code: 'FILE_UNREADABLE',
      message: '/nowhere/paper.md does not exist',
      field: '/nowhere/paper.md',
    });
  });

  test('a full disk is told as such', () => {
    expect(failureOf(Object.assign(new Error('write'), { code: 'ENOSPC' })).code).toBe('DISK_FULL');
  });

  test('a bug is told without a stack', () => {
    const failure = failureOf(new TypeError('x is not a function'));
    expect(failure.code).toBe('INTERNAL');
    expect(JSON.stringify(failure)).not.toMatch(/\bat .*:\d+/u);
  });

  test.each([false, true])('stands on stderr (as JSON: %s)', (json) => {
    const said: string[] = [];
    const terminal = {
      width: 80,
      interactive: false,
      colours: pc.createColors(false),
      out: () => undefined,
      err: (line: string) => said.push(line),
    };
    printFailure(
      { ...terminal, err: (line) => void terminal.err(line) },
      failureOf(new ChanceryError('WRONG_PASSPHRASE', 'wrong\u001b[2J')),
      json,
    );
    const text = said.join('\n');
    if (json) expect(JSON.parse(text)).toMatchObject({ error: { code: 'WRONG_PASSPHRASE' } });
    else
      expect(text).toBe(
        'chancery: wrong\ufffd[2J [WRONG_PASSPHRASE]\n  Try the passphrase again; nothing was changed.',
      );
  });
});
