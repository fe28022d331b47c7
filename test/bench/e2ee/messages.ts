import type { Talk } from './contract.js';
import { takeTurns } from './timing.js';
import type { Effort, Stopwatch } from './timing.js';

/** Bytes of the plaintext. */
export const plaintextLength = 1024;

/** Messages of one turn, fewer where they take longer than this. */
const perTurn = 8;
const millisecondsPerTurn = 20;

/** Encrypts and decrypts 1 KiB in every talk, in turns; what comes out is compared with what went in. */
export async function measureMessages(
  talks: readonly Talk[],
  size: number,
  effort: Effort,
  stopwatch: Stopwatch,
): Promise<void> {
  const plaintext = somePlaintext();
  const turnOf = (talk: Talk, watch: Pick<Stopwatch, 'time'>) => async () => {
    const messages: Uint8Array[] = [];
    const key = { implementation: talk.name, size };
    const end = performance.now() + millisecondsPerTurn;
    while (messages.length < perTurn && (messages.length === 0 || performance.now() < end)) {
      messages.push(await watch.time({ ...key, operation: 'encrypt' }, () => talk.encrypt(plaintext)));
    }
    for (const message of messages) {
      const back = await watch.time({ ...key, operation: 'decrypt' }, () => talk.decrypt(message));
      if (!equal(back, plaintext)) throw new Error(`${talk.name} did not decrypt what it encrypted`);
    }
  };
  const warmUp = { ...effort, milliseconds: effort.milliseconds / 4, least: 1 };
  const untimed: Pick<Stopwatch, 'time'> = { time: async (_, work) => work() };
  await takeTurns(
    warmUp,
    talks.map((talk) => turnOf(talk, untimed)),
  );
  await takeTurns(
    effort,
    talks.map((talk) => turnOf(talk, stopwatch)),
  );
}

/** Bytes that do not compress, the same for all. */
export function somePlaintext(): Uint8Array {
  let state = 1;
  return Uint8Array.from({ length: plaintextLength }, () => {
    state = (state * 48_271) % 0x7fff_ffff;
    return state & 0xff;
  });
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
