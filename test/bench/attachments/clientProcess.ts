import { openClient } from '#client/node';

import { serveParent } from '../process.js';
import { peakHandlers } from './peak.js';

/** What a client is to do: its vault, and what goes where. */
export interface Errand {
  readonly folder: string;
  readonly key: Uint8Array;
  /** Of the conversation, or of the message whose file is saved. */
  readonly id: string;
  /** Of the file that is sent, or the folder that it is saved to. */
  readonly path: string;
}

/** A client, alone in its process. */
serveParent({
  ...peakHandlers,
  send: ({ folder, key, id, path }: Errand) =>
    onVault(folder, key, async (client) => (await client.attachments.send(id, { text: 'Large.' }, [path])).id),
  save: ({ folder, key, id, path }: Errand) =>
    onVault(folder, key, async (client) => {
      await client.catchUp();
      return (await client.attachments.save(id, { folder: path }))[0];
    }),
});

async function onVault<Result>(
  folder: string,
  key: Uint8Array,
  work: (client: Awaited<ReturnType<typeof openClient>>) => Promise<Result>,
): Promise<Result> {
  const client = await openClient({ folder, key });
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}
