import { ChanceryError } from '#client';

/** Greater than any file of the client: whoever serves more has something else in mind. */
const MAX_BYTES = 64 * 1024 * 1024;
const TIMEOUT_MS = 60_000;

/** A server may keep a file in a smaller form, too: what browsers get. */
export const ENCODINGS = ['identity', 'br'] as const;

/** What a server serves at an address, in plain whatever its encoding on the way; undefined for anything but a plain answer. @throws ChanceryError SERVER_UNREACHABLE, TOO_LARGE */
export async function served(
  origin: string,
  address: string,
  encoding: (typeof ENCODINGS)[number] = 'identity',
): Promise<Uint8Array | undefined> {
  try {
    const answer = await fetch(new URL(address, origin), {
      headers: { 'accept-encoding': encoding },
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (answer.status !== 200 || !answer.body) {
      await answer.body?.cancel();
      return undefined;
    }
    return await bounded(answer.body, address);
  } catch (error) {
    if (error instanceof ChanceryError) throw error;
    throw new ChanceryError('SERVER_UNREACHABLE', `${origin} does not answer.`, { field: 'url' });
  }
}

async function bounded(body: AsyncIterable<Uint8Array>, address: string): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of body) {
    size += part.length;
    if (size > MAX_BYTES) throw new ChanceryError('TOO_LARGE', `${address} is greater than any file of the client.`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}
