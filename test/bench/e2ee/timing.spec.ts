import { Stopwatch, summary, takeTurns } from './timing.js';

const work = (milliseconds: number) => () => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

test('median and p95 are values that were measured', () => {
  const values = Array.from({ length: 100 }, (_, i) => 100 - i);
  expect(summary(values)).toEqual({ median: 50, p95: 95, samples: 100 });
});

test('a stopwatch keeps operations, implementations and sizes apart, and gives back what the work gave', async () => {
  const stopwatch = new Stopwatch();
  const key = { operation: 'encrypt', implementation: 'ours', size: 2 };
  expect(await stopwatch.time(key, () => 'at once')).toBe('at once');
  expect(await stopwatch.time(key, () => Promise.resolve('later'))).toBe('later');
  await stopwatch.time({ ...key, size: 10 }, () => 'elsewhere');
  expect(stopwatch.measurements().map(({ size, samples }) => [size, samples])).toEqual([
    [2, 2],
    [10, 1],
  ]);
});

test('everybody takes a turn before anybody takes the next', async () => {
  const turns: string[] = [];
  const turn = (name: string) => () => {
    turns.push(name);
    return Promise.resolve();
  };
  await takeTurns({ milliseconds: 1000, least: 2, most: 3 }, [turn('a'), turn('b')]);
  expect(turns.join('')).toBe('ababab');
});

test('who has used up its share and more sits out, while the others go on', async () => {
  const turns = { slow: 0, fast: 0 };
  const slow = async () => {
    turns.slow++;
    await work(100)();
  };
  const fast = () => {
    turns.fast++;
    return Promise.resolve();
  };
  await takeTurns({ milliseconds: 10, least: 3, most: 50 }, [slow, fast]);
  expect(turns.slow).toBe(1);
  expect(turns.fast).toBeGreaterThanOrEqual(3);
});

test('everybody takes one turn, however little time there is', async () => {
  let turns = 0;
  await takeTurns({ milliseconds: 0, least: 1, most: 1 }, [
    () => {
      turns++;
      return Promise.resolve();
    },
  ]);
  expect(turns).toBe(1);
});
