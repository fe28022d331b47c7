import { randomBytes } from 'node:crypto';

const MILLISECONDS = 48;
const COUNTER_SPACE = 4096;
/** Steps are random, so that two neighbours do not tell how many ids were made between them. */
const LARGEST_STEP = 32; // a power of two, so that every step is as likely

let lastMillisecond = 0;
let counter = 0;

/** A UUIDv7 (RFC 9562 section 5.7) that sorts after every one made here before. */
export function newId(now: Date): string {
  advance(now.getTime());
  const time = lastMillisecond.toString(16).padStart(MILLISECONDS / 4, '0');
  const tail = randomBytes(8);
  tail[0] = ((tail[0] ?? 0) & 0x3f) | 0x80;
  const rest = tail.toString('hex');
  const order = counter.toString(16).padStart(3, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${order}-${rest.slice(0, 4)}-${rest.slice(4)}`;
}

function advance(milliseconds: number): void {
  counter += 1 + randomBelow(LARGEST_STEP);
  if (milliseconds > lastMillisecond) {
    lastMillisecond = milliseconds;
    counter = randomBelow(LARGEST_STEP);
  } else if (counter >= COUNTER_SPACE) {
    lastMillisecond += 1;
    counter = randomBelow(LARGEST_STEP);
  }
}

/** A random number below a power of two that is at most 256. */
function randomBelow(bound: number): number {
  const [byte = 0] = randomBytes(1);
  return byte % bound;
}
