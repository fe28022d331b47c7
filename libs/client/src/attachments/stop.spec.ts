import { anyOf, Stop, untilStopped } from './stop.js';

const never = new Promise<never>(() => undefined);

describe('a stop', () => {
  test('reaches each who listens once, whenever they come', () => {
    const stop = new Stop();
    const heard: string[] = [];
    stop.onGiven(() => heard.push('before'));
    const forget = stop.onGiven(() => heard.push('left'));
    forget();
    stop.give();
    stop.give();
    stop.onGiven(() => heard.push('after'));
    expect(heard).toEqual(['before', 'after']);
  });

  test('of two comes with the first of them', () => {
    const [one, other] = [new Stop(), new Stop()];
    const both = anyOf(one, other);
    const heard: string[] = [];
    const forget = both.onGiven(() => heard.push('heard'));
    expect(both.isGiven).toBe(false);
    other.give();
    expect([both.isGiven, one.isGiven, heard]).toEqual([true, false, ['heard']]);
    forget();
    one.give();
    expect(heard).toEqual(['heard']);
  });

  test('ends the waiting for what never comes, and troubles nobody with how it fails afterwards', async () => {
    const stop = new Stop();
    let fail: (error: Error) => void = () => undefined;
    const waiting = untilStopped(new Promise((_resolve, reject) => (fail = reject)), stop);
    stop.give();
    await waiting;
    fail(new Error('too late'));
    await new Promise((resolve) => setImmediate(resolve));
  });

  test('that was given before lets nobody wait; without one, work is waited for', async () => {
    const stop = new Stop();
    stop.give();
    await untilStopped(never, stop);
    await expect(untilStopped(Promise.reject(new Error('of the work')), undefined)).rejects.toThrow('of the work');
  });
});
