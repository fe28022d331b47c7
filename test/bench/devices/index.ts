import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startEmbedded } from '../../../apps/api/src/platform/database/index.js';
import { labelAt, startMinistry } from '../../support/clients.js';
import type { ClientMinistry, TestClient } from '../../support/clients.js';
import { pair } from '../../support/pairing.js';
import { reportFigures, timed } from '../figures.js';
import { round } from '../table.js';

const CONVERSATIONS = 200;
const QUICK_CONVERSATIONS = 40;

interface Figures {
  readonly conversations: number;
  /** One by one: the group, its KeyPackages, its first commit. */
  readonly createSeconds: number;
  /** From the code to the vault, Argon2id with 64 MiB included. */
  readonly pairSeconds: number;
  /** The other device adds the new one everywhere. */
  readonly bringInSeconds: number;
  /** The new device joins everywhere. */
  readonly joinSeconds: number;
  /** To bring in and join, for each conversation. */
  readonly perConversationMs: number;
  /** The same, as a share of what it cost to begin the conversations. */
  readonly shareOfCreating: number;
}

/**
 * A new device comes into all conversations of its person. Server, PostgreSQL with default durability and the three clients share one machine,
 * server and clients one thread: the figures are the work of all of them together.
 */
export async function run(args: readonly string[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'chancery-bench-'));
  await chmod(folder, 0o711);
  const postgres = await startEmbedded({ dataFolder: folder });
  try {
    const people = [{ name: 'Aziza Karimova' }, { name: 'Bruno Quispe' }];
    const ministry = await startMinistry(people, { environment: { DATABASE_URL: postgres.url() } });
    try {
      const count = args.includes('--quick') ? QUICK_CONVERSATIONS : CONVERSATIONS;
      reportFigures(
        'A new device joins the conversations of its person',
        await measure(ministry, count),
        args.includes('--json'),
      );
    } finally {
      await ministry.stop();
    }
  } finally {
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure(ministry: ClientMinistry, conversations: number): Promise<Figures> {
  const [aziza, bruno] = ministry.staff as [TestClient, TestClient];
  await bruno.client.catchUp();
  await aziza.client.catchUp();
  const [createSeconds] = await timed(() => converse(aziza, bruno, conversations));
  const [pairSeconds, phone] = await timed(() => pair(ministry, aziza));
  const [bringInSeconds] = await timed(() => aziza.client.catchUp());
  const [joinSeconds, { conversationsJoined }] = await timed(() => phone.client.catchUp());
  await phone.client.close();
  if (conversationsJoined !== conversations) throw new Error(`joined ${conversationsJoined} of ${conversations}`);
  const seconds = bringInSeconds + joinSeconds;
  const perConversationMs = round((seconds * 1000) / conversations);
  const shareOfCreating = round(seconds / createSeconds, 2);
  const times = { createSeconds, pairSeconds, bringInSeconds, joinSeconds };
  return { conversations, ...times, perConversationMs, shareOfCreating };
}

async function converse(from: TestClient, to: TestClient, count: number): Promise<void> {
  for (let i = 1; i <= count; i++) {
    const options = { name: `Conversation ${i}`, label: labelAt('SECRET'), personIds: [to.personId] };
    await from.client.createConversation(options);
  }
}
