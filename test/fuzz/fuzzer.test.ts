import { MlsError } from '#mls';

import { Fuzzer } from './loop.js';
import { byteTarget, demandSame, outcomeOf } from './target.js';

const seeds = [Uint8Array.of(1, 2, 3, 4)];

/** What the fuzzer says about a function that answers like this. */
function findingsOf(check: (bytes: Uint8Array) => unknown, settle?: () => void): string[] {
  const harness = { name: 'planted', share: 1, check: (bytes: Uint8Array) => outcomeOf(() => check(bytes)) };
  const target = byteTarget(settle === undefined ? harness : { ...harness, settle }, seeds);
  const fuzzer = new Fuzzer([target], 1, () => undefined);
  for (let input = 0; input < 300 && fuzzer.findings.length === 0; input++) fuzzer.run(input);
  fuzzer.finish();
  return fuzzer.findings.map(({ what }) => what.split('\n')[0] ?? '');
}

describe('the fuzzer finds what is planted', () => {
  test('nothing in a function that accepts or refuses with a typed error', () => {
    expect(
      findingsOf((bytes) => {
        if (bytes.length !== 4) throw new MlsError('MALFORMED', 'four bytes');
      }),
    ).toEqual([]);
  });

  test('an error that is not typed', () => {
    expect(
      findingsOf((bytes) => {
        if (bytes[0] === 0xff) throw new TypeError('planted');
      }),
    ).toEqual(['TypeError: planted']);
  });

  test('a value that is encoded differently', () => {
    expect(
      findingsOf((bytes) => {
        demandSame(bytes.slice(0, 4), bytes, 'the value encoded again');
      }),
    ).toEqual(['Error: the value encoded again differs']);
  });

  test('few bytes that allocate megabytes', () => {
    const kept: unknown[] = [];
    const bomb = (bytes: Uint8Array): void => {
      if (bytes.length > 8) kept.push(new Uint8Array(32 * 2 ** 20));
      if (kept.length > 8) kept.length = 0;
    };
    expect(findingsOf(bomb)[0]).toMatch(/^Error: \d+ bytes allocate \d+ MiB$/);
  });

  test('few bytes that take long', () => {
    // Threads of the engine count as the processor's time as well, so that this is slow only if both clocks say so.
    const slow = (bytes: Uint8Array): void => {
      const [started, used] = [performance.now(), process.cpuUsage()];
      const isOver = (): boolean => performance.now() - started > 400 && process.cpuUsage(used).user > 400_000;
      while (bytes.length > 40 && !isOver());
    };
    expect(findingsOf(slow)[0]).toMatch(/^Error: \d+ bytes take \d+ ms$/);
  });

  test('honest messages that do not work any more', () => {
    const settle = (): void => {
      throw new Error('an honest commit is refused');
    };
    expect(findingsOf(() => undefined, settle)).toEqual(['Error: an honest commit is refused']);
  });
});

test('an input follows from the seed and its number alone', () => {
  const made = (seed: number): string[] => {
    const target = byteTarget({ name: 'planted', share: 1, check: () => 'accepted' }, seeds);
    const fuzzer = new Fuzzer([target], seed, () => undefined);
    return [5, 6, 7].map((input) => Buffer.from(target.make(fuzzer.choose(input).random).bytes).toString('hex'));
  };
  expect(made(1)).toEqual(made(1));
  expect(made(1)).not.toEqual(made(2));
});
