/**
 * A program of its own that is made to be killed at any moment and started again: it seals and uploads what a vault holds, takes over what
 * the person's other devices have sealed, and says `done`.
 */
import { openClient } from '#client/node';

const { HISTORY_FOLDER: folder = '', HISTORY_KEY: key = '' } = process.env;

const client = await openClient({ folder, key: Buffer.from(key, 'hex') });
process.stdout.write('ready\n');
await client.history.backUp();
await client.history.restore();
await client.close();
process.stdout.write('done\n');
