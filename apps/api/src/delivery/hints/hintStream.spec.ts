import { hintOfDirectory, hintOfPlace, hintOfWelcome } from './hint.types.js';
import type { HintType } from './hint.types.js';
import { HintStream } from './hintStream.js';

const GROUP = 'a'.repeat(32);
const OTHER = 'b'.repeat(32);

async function takeAll(stream: HintStream): Promise<HintType[]> {
  const taken: HintType[] = [];
  const last = hintOfDirectory(999);
  stream.push({ hints: last });
  for await (const { hints } of stream) {
    taken.push(hints);
    if (hints.statementHead !== null) return taken;
  }
  return taken;
}

test('hints come in the order in which they were pushed, before and after somebody waits', async () => {
  const stream = new HintStream('device', () => undefined);
  stream.push({ hints: hintOfPlace(GROUP, 1) });
  expect((await stream.next()).value?.hints.seq).toBe(1);
  const waiting = stream.next();
  stream.push({ hints: hintOfPlace(GROUP, 2) });
  stream.push({ hints: hintOfPlace(GROUP, 3) });
  expect((await waiting).value?.hints.seq).toBe(2);
  expect((await stream.next()).value?.hints.seq).toBe(3);
});

test('a subscriber who does not keep up loses envelopes, but learns the newest place of every group', async () => {
  const stream = new HintStream('device', () => undefined);
  for (let seq = 1; seq <= 2000; seq++) stream.push({ hints: hintOfPlace(seq % 2 === 0 ? GROUP : OTHER, seq) });
  stream.push({ hints: hintOfWelcome() });
  const taken = await takeAll(stream);
  expect(taken.length).toBeLessThan(510);
  const newest = (groupId: string) =>
    Math.max(...taken.filter((hint) => hint.groupId === groupId).map(({ seq }) => seq ?? 0));
  expect([newest(GROUP), newest(OTHER)]).toEqual([2000, 1999]);
  expect(taken.some(({ welcome }) => welcome)).toBe(true);
});

test('an ended stream gives nothing more and says so once', async () => {
  let ends = 0;
  const stream = new HintStream('device', () => ends++);
  const waiting = stream.next();
  stream.end();
  await stream.return();
  stream.push({ hints: hintOfWelcome() });
  expect([(await waiting).done, (await stream.next()).done, ends]).toEqual([true, true, 1]);
});
