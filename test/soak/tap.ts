/**
 * The oracle of the wire: every PrivateMessage that leaves a device, whether or not it arrives. It opens their sender data (RFC 9420 section
 * 6.3.2) with code of its own over the platform's cryptography, and shares nothing with the engine but the secrets that devices write into
 * their vaults.
 */
import { createDecipheriv, createHash, createHmac } from 'node:crypto';

interface Sealed {
  readonly groupId: string;
  readonly epoch: bigint;
  readonly contentType: number;
  readonly senderData: Buffer;
  /** The beginning of the ciphertext, from which key and nonce of the sender data follow. */
  readonly sample: Buffer;
}

interface Captured extends Sealed {
  readonly deviceId: string;
}

/** Who encrypted a message, and with which key of their ratchet. */
interface SenderData {
  readonly leaf: number;
  readonly generation: number;
}

/** What the tap found; each list is empty where all is well. */
interface Findings {
  readonly ciphertexts: number;
  readonly epochs: number;
  /** Ratchet keys that sealed two different ciphertexts: "group epoch leaf generation". */
  readonly reusedGenerations: readonly string[];
  /** Ciphertexts that share key and nonce of the sender data. */
  readonly reusedSamples: readonly string[];
  /** Leaves that two devices wrote from in one epoch. */
  readonly sharedLeaves: readonly string[];
  /** Epochs of which two devices hold different secrets. */
  readonly splitEpochs: readonly string[];
  /** Ciphertexts that no known secret opens. */
  readonly unopened: readonly string[];
}

const PRIVATE_MESSAGE = 2;
const SAMPLE_BYTES = 32;
const TAG_BYTES = 16;

export class Tap {
  /** By the SHA-256 of the payload: a retry sends the same bytes. */
  private readonly captured = new Map<string, Captured>();
  private readonly secrets = new Map<string, string>();
  private readonly split = new Set<string>();

  /** Ciphertexts that a device puts on the wire. */
  sent(deviceId: string, variables: Readonly<Record<string, unknown>>): void {
    const { envelopes } = variables as { envelopes: readonly { payload: string }[] };
    for (const { payload } of envelopes) {
      const bytes = Buffer.from(payload, 'base64');
      const sealed = readPrivateMessage(bytes);
      if (sealed) this.captured.set(digest(bytes), { ...sealed, deviceId });
    }
  }

  /** Which device sent a payload. */
  senderOf(payload: string): string | undefined {
    return this.captured.get(digest(Buffer.from(payload, 'base64')))?.deviceId;
  }

  /** A device has entered an epoch and holds this sender data secret of it. */
  learn(groupId: string, epoch: string, secret: string): void {
    const key = `${groupId} ${epoch}`;
    const known = this.secrets.get(key);
    if (known !== undefined && known !== secret) this.split.add(key);
    this.secrets.set(key, secret);
  }

  judge(): Findings {
    const generations = new Repetitions();
    const samples = new Repetitions();
    const owners = new Map<string, Set<string>>();
    const unopened: string[] = [];
    for (const [hash, captured] of this.captured) {
      const { groupId, epoch, sample, deviceId } = captured;
      const place = `${groupId} ${String(epoch)}`;
      samples.add(`${place} ${sample.toString('hex')}`);
      const opened = this.open(captured);
      if (!opened) unopened.push(`${place} ${hash}`);
      else {
        const leaf = `${place} ${String(opened.leaf)}`;
        generations.add(`${leaf} ${String(opened.generation)}`);
        owners.set(leaf, (owners.get(leaf) ?? new Set()).add(deviceId));
      }
    }
    return {
      ciphertexts: this.captured.size,
      epochs: this.secrets.size,
      reusedGenerations: generations.found,
      reusedSamples: samples.found,
      sharedLeaves: [...owners].flatMap(([leaf, { size }]) => (size > 1 ? [leaf] : [])),
      splitEpochs: [...this.split],
      unopened,
    };
  }

  private open(captured: Captured): SenderData | undefined {
    const secret = this.secrets.get(`${captured.groupId} ${String(captured.epoch)}`);
    return secret === undefined ? undefined : openSenderData(captured, Buffer.from(secret, 'hex'));
  }
}

class Repetitions {
  readonly found: string[] = [];
  private readonly seen = new Set<string>();

  add(key: string): void {
    if (this.seen.has(key)) this.found.push(key);
    this.seen.add(key);
  }
}

/** MLSMessage with a PrivateMessage (RFC 9420 sections 6 and 6.3); undefined for anything else. */
function readPrivateMessage(bytes: Buffer): Sealed | undefined {
  if (bytes.readUInt16BE(2) !== PRIVATE_MESSAGE) return undefined;
  const cursor = new Cursor(bytes, 4);
  const groupId = cursor.opaque().toString('hex');
  const epoch = cursor.uint64();
  const contentType = cursor.uint8();
  cursor.opaque(); // authenticated data
  const senderData = cursor.opaque();
  const sample = Buffer.from(cursor.opaque().subarray(0, SAMPLE_BYTES));
  return { groupId, epoch, contentType, senderData: Buffer.from(senderData), sample };
}

/** Suites with SHA-256 and ChaCha20-Poly1305. Undefined where the secret is another one. */
function openSenderData(
  { groupId, epoch, contentType, senderData, sample }: Sealed,
  secret: Buffer,
): SenderData | undefined {
  const key = expandWithLabel(secret, 'key', sample, 32);
  const nonce = expandWithLabel(secret, 'nonce', sample, 12);
  const aad = Buffer.concat([vector(Buffer.from(groupId, 'hex')), Buffer.alloc(8), Buffer.of(contentType)]);
  aad.writeBigUInt64BE(epoch, aad.length - 9);
  const decipher = createDecipheriv('chacha20-poly1305', key, nonce, { authTagLength: TAG_BYTES });
  const end = senderData.length - TAG_BYTES;
  decipher.setAAD(aad, { plaintextLength: end });
  decipher.setAuthTag(senderData.subarray(end));
  const opened = decipher.update(senderData.subarray(0, end));
  try {
    decipher.final();
  } catch {
    return undefined;
  }
  return { leaf: opened.readUInt32BE(0), generation: opened.readUInt32BE(4) };
}

/** RFC 9420 section 8; one block of HKDF-Expand is enough for keys and nonces. */
function expandWithLabel(secret: Buffer, label: string, context: Buffer, length: number): Buffer {
  const info = Buffer.concat([Buffer.of(0, length), vector(Buffer.from(`MLS 1.0 ${label}`)), vector(context)]);
  return createHmac('sha256', secret)
    .update(Buffer.concat([info, Buffer.of(1)]))
    .digest()
    .subarray(0, length);
}

/** A vector of fewer than 64 bytes (RFC 9420 section 2.1.2). */
const vector = (bytes: Buffer): Buffer => Buffer.concat([Buffer.of(bytes.length), bytes]);

const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('base64');

/** Reads what TLS presentation language has written, with the vector lengths of RFC 9420 section 2.1.2. */
class Cursor {
  constructor(
    private readonly bytes: Buffer,
    private at: number,
  ) {}

  uint8(): number {
    return this.bytes.readUInt8(this.at++);
  }

  uint64(): bigint {
    this.at += 8;
    return this.bytes.readBigUInt64BE(this.at - 8);
  }

  opaque(): Buffer {
    const length = this.length();
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  private length(): number {
    const first = this.uint8();
    let length = first & 0x3f;
    for (let more = (1 << (first >> 6)) - 1; more > 0; more--) length = length * 256 + this.uint8();
    return length;
  }
}
