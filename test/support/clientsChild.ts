/**
 * A program of its own for tests that kill: `node clientsChild.js server` runs the API, `… writer` a client that writes and reads in one
 * conversation. Both are made to be killed at any moment and started again; what they need stands in the environment.
 */
import { createInterface } from 'node:readline';

import { openClient } from '#client/node';

function needed(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function serve(): Promise<void> {
  // only here: a writer that is started eighty times should not load a server each time
  const { readConfig } = await import('../../apps/api/src/config/index.js');
  const { startApi } = await import('../../apps/api/src/main.js');
  await startApi(readConfig(process.env));
  say('ready');
}

/** Messages that a writer has on their way together. */
const MOST_AT_ONCE = 12;

/** Which of this writer's numbered messages the vault holds already, in the conversation or in the outbox. */
async function countOwn(client: Awaited<ReturnType<typeof openClient>>, id: string): Promise<number> {
  let own = 0;
  let before: number | undefined;
  do {
    const page = await client.messages(id, before === undefined ? { limit: 500 } : { limit: 500, before });
    own += page.messages.filter((message) => message.own && message.kind === 'text').length;
    before = page.before;
  } while (before !== undefined);
  return own;
}

/** Writes "<name> 1", "<name> 2" … as far as the parent allows (`limit N` on stdin) and says `sent N` when a send has resolved. */
async function write(): Promise<void> {
  const [name, id] = [needed('WRITER_NAME'), needed('WRITER_CONVERSATION')];
  const client = await openClient({ folder: needed('WRITER_FOLDER'), key: Buffer.from(needed('WRITER_KEY'), 'hex') });
  let limit = 0;
  let wake: () => void = () => undefined;
  createInterface({ input: process.stdin }).on('line', (line) => {
    limit = Number(line.split(' ')[1]);
    wake();
  });
  await client.watch((event) => {
    if (event.type === 'problem') say(`problem ${event.problem.code} ${event.problem.message}`);
    wake();
  });
  say('ready');
  let written = await countOwn(client, id);
  for (;;) {
    while (written < limit) {
      const burst = Math.min(limit - written, 1 + Math.floor(Math.random() * MOST_AT_ONCE));
      const numbers = Array.from({ length: burst }, (_, index) => written + 1 + index);
      await Promise.all(numbers.map((number) => client.send(id, { text: `${name} ${String(number)}` })));
      written += burst;
      say(`sent ${String(written)}`);
    }
    const { cursor } = await client.conversation(id);
    say(`at ${String(cursor)}`);
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  }
}

await (process.argv[2] === 'server' ? serve() : write());
