import { concatBytes, fromBase64, sign, toBase64, utf8, verifySignature } from '#primitives';
import type { Directory } from '#transparency';

import type { Core } from '../core.js';
import { replayExport, verifyExport } from '../directory/export.js';
import type { LogReport, VerifyOptions } from '../directory/export.js';
import { ChanceryError } from '../errors.js';

const FORMAT = 'chancery report v1';

/** A report that was read, whose signature and log verify. */
export interface VerifiedReport {
  readonly kind: string;
  /** What the signer says; of the report's own kind. */
  readonly body: unknown;
  readonly signer: { readonly deviceId: string; readonly personId: string; readonly personName: string };
  /** The directory that the report brings along, up to its checkpoint. */
  readonly directory: Directory;
  readonly log: LogReport;
}

interface Stored {
  readonly format: typeof FORMAT;
  readonly kind: string;
  readonly body: string;
  readonly deviceId: string;
  readonly signature: string;
  readonly log: string;
}

/**
 * A report signed by this device, as text that verifies anywhere: it brings the exported log along, which says whose device that is.
 * @param kind - what the report is about, so that one of another kind can't be passed for it
 */
export function signReport({ profile, deviceKey }: Core, kind: string, body: object, log: string): string {
  const text = JSON.stringify(body);
  const signature = toBase64(sign(deviceKey.privateKey, bytesToSign(kind, text, log)));
  const stored: Stored = { format: FORMAT, kind, body: text, deviceId: profile.deviceId, signature, log };
  return `${JSON.stringify(stored, undefined, 1)}\n`;
}

/**
 * Verifies a report offline. Needs `ready()` of `#primitives`.
 * @throws ChanceryError BAD_INPUT (no report of this kind), REPORT_INVALID (not signed by a device that the log knows and trusts), and
 * everything that `verifyExport` throws
 */
export function verifyReport(text: string, kind: string, options: VerifyOptions): VerifiedReport {
  const stored = parse(text, kind);
  const log = verifyExport(stored.log, options);
  const directory = replayExport(stored.log);
  const device = directory.device(stored.deviceId);
  const person = device && directory.person(device.person);
  if (!device || device.revoked || !person) throw invalid('it is not by a device that the log knows and trusts');
  const signed = bytesToSign(stored.kind, stored.body, stored.log);
  if (!verifySignature(device.signatureKey, signed, fromBase64(stored.signature))) {
    throw invalid('the signature does not verify: it was changed');
  }
  const signer = { deviceId: device.id, personId: person.id, personName: person.name };
  return { kind, body: JSON.parse(stored.body) as unknown, signer, directory, log };
}

function bytesToSign(kind: string, body: string, log: string): Uint8Array {
  const parts = [FORMAT, kind, body, log].map(utf8);
  // each with its length before it, so that nothing moves from one to the next
  return concatBytes(...parts.flatMap((part) => [utf8(`${String(part.length)}:`), part]));
}

function parse(text: string, kind: string): Stored {
  try {
    const value: unknown = JSON.parse(text);
    if (isStored(value) && value.kind === kind) return value;
  } catch {
    // said below
  }
  throw new ChanceryError('BAD_INPUT', `This is no report of the kind ${kind}.`, { field: 'file' });
}

function isStored(value: unknown): value is Stored {
  if (typeof value !== 'object' || value === null) return false;
  const { format, ...rest } = value as Record<string, unknown>;
  const texts = ['kind', 'body', 'deviceId', 'signature', 'log'].map((name) => rest[name]);
  return format === FORMAT && texts.every((part) => typeof part === 'string');
}

export function invalid(reason: string): ChanceryError {
  return new ChanceryError('REPORT_INVALID', `The report can't be trusted: ${reason}.`);
}
