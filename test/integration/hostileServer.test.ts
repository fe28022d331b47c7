import { startHostileMinistry } from '../support/hostileServer.js';

import { labelAt } from '../support/clients.js';

test('clients work through the hostile server while it is honest, and it lies to whom it wants', async () => {
  const { ministry, hostile } = await startHostileMinistry([{ name: 'Ada Lima' }, { name: 'Ben Ito' }]);
  try {
    const [ada, ben] = ministry.staff;
    await ada!.client.catchUp();
    const { id } = await ada!.client.createConversation({
      name: 'Round',
      label: labelAt('SECRET'),
      personIds: [ben!.personId],
    });
    await ben!.client.catchUp();
    const heard: string[] = [];
    const stop = await ben!.client.watch((event) => {
      if (event.type === 'message') heard.push(event.message.text);
      if (event.type === 'connection') heard.push(event.state);
    });
    const hears = async (word: string): Promise<void> => {
      while (!heard.includes(word)) await new Promise((resolve) => setTimeout(resolve, 20));
    };
    await hears('connected');
    await ben!.client.catchUp();
    let dropped = 0;
    hostile.lieInHints((hint, deviceId) => {
      if (deviceId === ben!.deviceId) dropped += 1;
      return hint;
    });
    hostile.lie('Envelopes', async ({ deviceId, ask }) => {
      if (deviceId !== ben!.deviceId) return undefined;
      expect(await ask()).toMatchObject({ data: { envelopes: {} } });
      return { errors: [{ message: 'not now', extensions: { code: 'INTERNAL' } }] };
    });
    await ada!.client.send(id, { text: 'The ships sail at noon.' });
    await hears('The ships sail at noon.');
    expect(dropped).toBeGreaterThan(0);
    await stop();
    hostile.honest();
    await ben!.client.catchUp();
  } finally {
    await ministry.stop();
  }
});
