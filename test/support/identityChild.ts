/**
 * A program of its own that is made to be killed at any moment and started again: it gives the person of a vault one new identity key after
 * the other, and says `ready` before the first.
 */
import { openClient } from '#client/node';

const { IDENTITY_FOLDER: folder = '', IDENTITY_KEY: key = '' } = process.env;

const client = await openClient({ folder, key: Buffer.from(key, 'hex') });
await client.catchUp();
process.stdout.write('ready\n');
for (;;) await client.identity.rotate();
