import { Remembered } from './remembered.js';
import { Turns } from './turns.js';

test('work of one key runs one after the other, a failure stops nobody, other keys do not wait', async () => {
  const turns = new Turns();
  const steps: string[] = [];
  let open: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const first = turns.take('a', async () => {
    steps.push('first begins');
    await gate;
    steps.push('first ends');
    throw new Error('first');
  });
  const second = turns.take('a', () => Promise.resolve(steps.push('second')));
  await turns.take('b', () => Promise.resolve(steps.push('other key')));
  open();
  await expect(first).rejects.toThrow('first');
  await second;
  expect(steps).toEqual(['first begins', 'other key', 'first ends', 'second']);
});

test('a full memory forgets what was used longest ago', () => {
  const remembered = new Remembered<string, number>(2);
  remembered.set('a', 1);
  remembered.set('b', 2);
  expect(remembered.get('a')).toBe(1);
  remembered.set('c', 3);
  expect([remembered.get('a'), remembered.get('b'), remembered.get('c')]).toEqual([1, undefined, 3]);
});
