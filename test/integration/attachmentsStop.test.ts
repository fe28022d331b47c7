import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Stop, TransferPaused } from '#client';

import { labelAt, startMinistry } from '../support/clients.js';
import type { ClientMinistry, TestClient } from '../support/clients.js';
import { startServer } from '../support/server.js';
import { until } from '../support/until.js';
import { WatchedLine } from '../support/watchedLine.js';

const MIB = 1024 * 1024;

describe('on a line that holds a piece of a file up, nobody waits for it', () => {
  let line: WatchedLine;
  let ministry: ClientMinistry;
  let anna: TestClient;
  let boris: TestClient;
  let folder: string;
  let conversation: string;

  beforeAll(async () => {
    line = await WatchedLine.listen();
    ministry = await startMinistry([{ name: 'Anna' }, { name: 'Boris' }], {}, async (overrides) => {
      const environment = { ...overrides.environment, CHANCERY_ORIGIN: line.url };
      const server = await startServer({ ...overrides, environment });
      line.leadTo(server.port);
      return { ...server, url: line.url };
    });
    [anna, boris] = ministry.staff as [TestClient, TestClient];
    folder = await mkdtemp(join(tmpdir(), 'chancery-stop-'));
    await writeFile(join(folder, 'survey.bin'), new Uint8Array(3 * MIB));
    await anna.client.catchUp();
    const options = { name: 'Survey', label: labelAt('SECRET'), personIds: [boris.personId] };
    conversation = (await anna.client.createConversation(options)).id;
  });
  afterEach(() => {
    line.release();
  });
  afterAll(async () => {
    await ministry.stop();
    await line.close();
    await rm(folder, { recursive: true, force: true });
  });

  const untilHeld = (): Promise<void> => until(() => Promise.resolve(line.isHolding));

  /** Long before the line itself counts as broken. */
  async function untilOver(work: Promise<unknown>): Promise<void> {
    let isOver = false;
    const over = (): void => {
      isOver = true;
    };
    work.then(over, over);
    await until(() => Promise.resolve(isOver));
    await work;
  }

  async function leave(): Promise<void> {
    line.hold(MIB);
    await anna.client.attachments.leave(conversation, { text: 'The survey.' }, [join(folder, 'survey.bin')]);
    await untilHeld();
  }

  test('who takes the message back', async () => {
    await leave();
    const [waiting] = await anna.client.outbox.list();
    await untilOver(anna.client.outbox.cancel(waiting?.id ?? ''));
    expect(await anna.client.outbox.list()).toEqual([]);
  });

  test('who closes the vault; the message goes out after that, once', async () => {
    await leave();
    await untilOver(anna.client.close());
    line.release();
    anna = await ministry.reopen(anna);
    expect(await anna.client.attachments.resume()).toHaveLength(1);
    await boris.client.catchUp();
    const { messages } = await boris.client.messages(conversation);
    expect(messages.filter(({ text }) => text === 'The survey.')).toHaveLength(1);
  });

  test('who stops fetching; what came before is kept', async () => {
    await boris.client.catchUp();
    const { messages } = await boris.client.messages(conversation);
    const { id = '', attachments = [] } = messages.find(({ text }) => text === 'The survey.') ?? {};
    const stop = new Stop();
    line.hold(MIB);
    const saving = boris.client.attachments.save(id, { folder: join(folder, 'inbox'), stop });
    const paused = expect(saving).rejects.toThrow(TransferPaused);
    await untilHeld();
    stop.give();
    await untilOver(paused);
    const [file] = attachments;
    if (!file) throw new Error('the message came without its file');
    expect((await boris.client.attachments.begun(file))?.done).toBeGreaterThanOrEqual(MIB);
  });
});
