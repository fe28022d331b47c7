import { startMinistry } from '../support/clients.js';
import type { ClientMinistry } from '../support/clients.js';

describe('people come into the ministry', () => {
  let ministry: ClientMinistry;
  beforeAll(async () => {
    ministry = await startMinistry([{ name: 'Aziza Karimova' }, { name: 'Bruno Quispe' }]);
  }, 60_000);
  afterAll(() => ministry.stop());

  test('everybody sees the same verified directory', async () => {
    await ministry.officer.client.catchUp();
    for (const { client } of [ministry.officer, ...ministry.staff]) {
      await client.catchUp();
      const names = (await client.people()).map(({ name }) => name);
      expect(names).toEqual(['Officer Umarova', 'Aziza Karimova', 'Bruno Quispe']);
    }
  });
});
