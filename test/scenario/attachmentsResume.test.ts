import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { ClientEvent, Transport } from '#client';

import { labelAt, startMinistry } from '../support/clients.js';
import type { ClientMinistry, TestClient } from '../support/clients.js';
import { Faults } from '../support/clientsFaults.js';

const FILE_BYTES = 13 * 1024 * 1024 + 77;

/** A line that breaks for good after so many pieces of files, until it is mended. */
class BreakingLine extends Faults {
  pieces = 0;

  constructor(private readonly most: number) {
    super(() => 1, { drop: 0, duplicate: 0, delay: 0 });
  }

  override between(real: Transport): Transport {
    const line = super.between(real);
    return {
      ...line,
      transfer: (request, token) => {
        if (request.method === 'PATCH') this.pieces += 1;
        const isBroken = this.pieces > this.most;
        return isBroken ? Promise.reject(new TypeError('the line is cut by the test')) : line.transfer(request, token);
      },
    };
  }
}

describe('files that were interrupted go on by themselves', () => {
  let ministry: ClientMinistry;
  let anna: TestClient;
  let boris: TestClient;
  let folder: string;
  let conversation: string;

  beforeAll(async () => {
    ministry = await startMinistry([{ name: 'Anna' }, { name: 'Boris' }]);
    [anna, boris] = ministry.staff as [TestClient, TestClient];
    folder = await mkdtemp(join(tmpdir(), 'chancery-files-'));
    await anna.client.catchUp();
    const options = { name: 'Karsu round', label: labelAt('SECRET'), personIds: [boris.personId] };
    conversation = (await anna.client.createConversation(options)).id;
  });
  afterAll(async () => {
    await ministry.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** Sends a file over a line that breaks on the way, so that the client gives up; the program ends there. */
  async function interrupt(name: string): Promise<Uint8Array> {
    const bytes = randomBytes(FILE_BYTES);
    await writeFile(join(folder, name), bytes);
    anna = await ministry.reopen(anna, { faults: new BreakingLine(5) });
    const sending = anna.client.attachments.send(conversation, { text: name }, [join(folder, name)]);
    await expect(sending).rejects.toThrow();
    expect(await anna.client.attachments.waiting()).toBe(1);
    anna = await ministry.reopen(anna);
    return bytes;
  }

  /** Watches until something has happened, and stops watching. */
  async function watchUntil(isDone: (event: ClientEvent) => boolean): Promise<ClientEvent[]> {
    const events: ClientEvent[] = [];
    let done: () => void = () => undefined;
    const waiting = new Promise<void>((resolve) => {
      done = resolve;
    });
    const stop = await anna.client.watch((event) => {
      events.push(event);
      if (isDone(event)) done();
    });
    await waiting;
    await stop();
    return events;
  }

  async function expectReceived(name: string, bytes: Uint8Array): Promise<void> {
    await boris.client.catchUp();
    const { messages } = await boris.client.messages(conversation);
    const [message, ...more] = messages.filter(({ text }) => text === name);
    expect(more).toEqual([]);
    const [saved = ''] = await boris.client.attachments.save(message?.id ?? '', { folder: join(folder, 'inbox') });
    expect((await readFile(saved)).equals(bytes)).toBe(true);
  }

  test('when the program starts again and watches, from where they were, and say how far they are', async () => {
    const bytes = await interrupt('map.pdf');
    const events = await watchUntil((event) => event.type === 'message' && event.message.text === 'map.pdf');
    const progress = events.flatMap((event) => (event.type === 'transfer' ? [event.progress] : []));
    expect(progress[0]?.done).toBeGreaterThan(4 * 1024 * 1024);
    expect(progress.at(-1)).toMatchObject({ name: 'map.pdf', done: progress.at(-1)?.size });
    expect(await anna.client.attachments.waiting()).toBe(0);
    await expectReceived('map.pdf', bytes);
  });

  test('whoever ends the program meanwhile loses nothing: the vault closes at the next window, and the next start goes on', async () => {
    const bytes = await interrupt('annex.pdf');
    await watchUntil((event) => event.type === 'transfer');
    await anna.client.close();
    anna = await ministry.reopen(anna);
    await watchUntil((event) => event.type === 'message' && event.message.text === 'annex.pdf');
    await expectReceived('annex.pdf', bytes);
  });

  test('one that was changed meanwhile is told, forgotten, and holds nothing up', async () => {
    await interrupt('changed.pdf');
    await writeFile(join(folder, 'changed.pdf'), 'something else');
    const events = await watchUntil((event) => event.type === 'problem');
    const problem = events.find(({ type }) => type === 'problem');
    expect(problem).toMatchObject({ conversationId: conversation, problem: { code: 'FILE_CHANGED' } });
    expect(await anna.client.attachments.waiting()).toBe(0);
  });

  test('a send that somebody waits for goes before them, and each message comes once', async () => {
    const bytes = await interrupt('long.pdf');
    const note = Buffer.from('A short note.\n');
    await writeFile(join(folder, 'note.txt'), note);
    let sent: Promise<unknown> | undefined;
    await watchUntil((event) => {
      if (event.type === 'transfer') {
        sent ??= anna.client.attachments
          .send(conversation, { text: 'note.txt' }, [join(folder, 'note.txt')])
          .then(() => anna.client.attachments.resume());
      }
      return event.type === 'message' && event.message.text === 'long.pdf';
    });
    await sent;
    await expectReceived('note.txt', note);
    await expectReceived('long.pdf', bytes);
  });
});
