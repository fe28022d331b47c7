/**
 * A program of its own for tests that kill: `node transferChild.js send|resume|save` with a vault, made to be killed at any moment and started
 * again. Says `at N` for bytes that are there, then `sent ID`, `saved PATH` or `failed CODE`.
 */
import { hasCode } from '#client';
import type { Client, TransferProgress } from '#client';
import { openClient } from '#client/node';

const [action = '', folder = '', keyHex = '', target = '', operand = ''] = process.argv.slice(2);

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

const onProgress = ({ done }: TransferProgress): void => {
  say(`at ${String(done)}`);
};

async function carryOut(client: Client): Promise<string> {
  if (action === 'send') {
    const { id } = await client.attachments.send(target, { text: 'Under fire.' }, [operand], onProgress);
    return `sent ${id}`;
  }
  if (action === 'resume') {
    const [sent] = await client.attachments.resume(onProgress);
    return `sent ${sent?.id ?? 'nothing'}`;
  }
  const [path = ''] = await client.attachments.save(target, { folder: operand }, onProgress);
  return `saved ${path}`;
}

const client = await openClient({ folder, key: Buffer.from(keyHex, 'hex') });
try {
  say(await carryOut(client));
} catch (error) {
  if (!hasCode(error, 'OFFLINE', 'SERVER_UNREACHABLE')) throw error;
  say(`failed ${error.code}`);
} finally {
  await client.close();
}
