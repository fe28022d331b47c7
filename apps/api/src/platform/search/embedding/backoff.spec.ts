import { Backoff } from './backoff.js';

function waiting() {
  const clock = { ms: 10_000 };
  return { clock, backoff: new Backoff(() => clock.ms) };
}

test('what fails is left alone twice as long each time, up to a minute, until it succeeds', () => {
  const { clock, backoff } = waiting();
  const pauses: number[] = [];
  for (let failure = 0; failure < 8; failure += 1) {
    expect(backoff.isOver).toBe(true);
    expect(backoff.failed(backoff.start())).toBe(true);
    expect(backoff.isOver).toBe(false);
    pauses.push(backoff.leftMs);
    clock.ms += backoff.leftMs;
  }
  expect(pauses).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
  backoff.succeeded();
  backoff.failed(backoff.start());
  expect(backoff.leftMs).toBe(1000);
});

test('attempts that were under way together fail as one', () => {
  const { clock, backoff } = waiting();
  const started = [backoff.start(), backoff.start()];
  clock.ms += 300;
  expect(started.map((at) => backoff.failed(at))).toEqual([true, false]);
  expect(backoff.leftMs).toBe(1000);
});
