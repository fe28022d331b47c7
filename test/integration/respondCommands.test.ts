import { labelAt, startMinistry } from '../support/clients.js';
import type { ClientMinistry, TestClient } from '../support/clients.js';
import { codeOf, json, run } from '../support/commandOf.js';

let ministry: ClientMinistry;
let anna: TestClient;
let boris: TestClient;
let messageId: string;

/** The message that both talk about, as somebody reads it. */
async function seenBy(who: TestClient): Promise<Record<string, unknown>> {
  const all = await json(who, 'read', 'Karsu round');
  return all.find(({ id }) => id === messageId) ?? {};
}

beforeAll(async () => {
  ministry = await startMinistry([{ name: 'Anna Reyes' }, { name: 'Boris Petrov' }]);
  [anna, boris] = ministry.staff as [TestClient, TestClient];
  await anna.client.catchUp();
  const about = { name: 'Karsu round', label: labelAt('SECRET'), personIds: [boris.personId] };
  const { id } = await anna.client.createConversation(about);
  ({ id: messageId } = await anna.client.send(id, { text: 'They meet on Monday.', precedence: 'FLASH' }));
  for (const { client } of [ministry.officer, anna, boris]) await client.close();
  await json(boris, 'read', 'Karsu round');
});
afterAll(() => ministry.stop());

test('a sign is given and taken back, and everybody sees it', async () => {
  const [given] = await json(boris, 'react', 'Karsu', messageId, '👍');
  expect(given).toMatchObject({ kind: 'reaction', text: '👍', inReplyTo: messageId, state: 'accepted' });
  expect(await seenBy(anna)).toMatchObject({
    reactions: [{ sign: '👍', own: false, people: [{ personName: 'Boris Petrov' }] }],
  });
  expect((await run(anna, 'read', 'Karsu round')).out).toContain('👍 ');
  const { out } = await run(boris, 'react', 'Karsu', messageId, '👍', '--withdraw');
  expect(out).toMatch(/^accepted {2}[0-9a-f-]{36}$/m);
  expect(await seenBy(anna)).toMatchObject({ reactions: [] });
});

test('a message is acknowledged, by whoever did not write it', async () => {
  const [given] = await json(boris, 'react', 'Karsu round', messageId, '--acknowledge');
  expect(given).toMatchObject({ kind: 'acknowledgement', inReplyTo: messageId });
  expect(await seenBy(anna)).toMatchObject({ acknowledgements: [{ personName: 'Boris Petrov' }] });
  expect((await run(anna, 'read', 'Karsu round')).out).toContain('acknowledged by');
});

test('what is neither a sign nor an acknowledgement, or goes to nothing, is refused and says why', async () => {
  const refused = async (...args: string[]) => codeOf(await run(boris, 'react', 'Karsu', ...args, '--json'));
  expect(await refused(messageId)).toBe('USAGE');
  expect(await refused(messageId, '👍', '--acknowledge')).toBe('USAGE');
  expect(await refused(messageId, 'well done')).toBe('BAD_INPUT');
  expect(await refused(anna.personId, '👍')).toBe('NOT_FOUND');
});

test('a message is changed by who wrote it, and by nobody else; both wordings stay', async () => {
  const [changed] = await json(anna, 'edit', 'Karsu', messageId, 'They', 'meet', 'on', 'Tuesday.');
  expect(changed).toMatchObject({ state: 'accepted', replaces: messageId });
  expect(await seenBy(boris)).toMatchObject({ text: 'They meet on Tuesday.', edits: 1 });
  expect((await run(boris, 'read', 'Karsu round')).out).toMatch(/\(corrected\)[^]*They meet on Tuesday\./);
  expect(codeOf(await run(boris, 'edit', 'Karsu', messageId, 'Never.', '--json'))).toBe('FORBIDDEN');
  expect(codeOf(await run(anna, 'edit', 'Karsu', messageId, ' ', '--json'))).toBe('BAD_INPUT');
  expect(await seenBy(boris)).toMatchObject({ text: 'They meet on Tuesday.' });
});
