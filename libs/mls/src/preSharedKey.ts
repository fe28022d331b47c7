import type { Decode, Encode } from './codec.js';
import { broken } from './rules.js';

const pskTypes = { external: 1, resumption: 2 } as const;
const usages = { application: 1, reinit: 2, branch: 3 } as const;

type ResumptionUsage = keyof typeof usages;

/** How a new group continues another one (RFC 9420 sections 11.2 and 11.3). */
export type Continuation = Exclude<ResumptionUsage, 'application'>;

/** PreSharedKeyID (RFC 9420 section 8.4). */
export type PreSharedKeyId =
  | { readonly kind: 'external'; readonly id: Uint8Array; readonly nonce: Uint8Array }
  | {
      readonly kind: 'resumption';
      readonly usage: ResumptionUsage;
      readonly groupId: Uint8Array;
      readonly epoch: bigint;
      readonly nonce: Uint8Array;
    };

export const encodePreSharedKeyId: Encode<PreSharedKeyId> = (writer, psk) => {
  writer.uint8(pskTypes[psk.kind]);
  if (psk.kind === 'external') {
    writer.opaque(psk.id);
  } else {
    writer.uint8(usages[psk.usage]);
    writer.opaque(psk.groupId);
    writer.uint64(psk.epoch);
  }
  writer.opaque(psk.nonce);
};

export const decodePreSharedKeyId: Decode<PreSharedKeyId> = (reader) => {
  const type = reader.uint8();
  if (type === pskTypes.external) return { kind: 'external', id: reader.opaque(), nonce: reader.opaque() };
  if (type !== pskTypes.resumption) throw broken('valn020105');
  return {
    kind: 'resumption',
    usage: usageOf(reader.uint8()),
    groupId: reader.opaque(),
    epoch: reader.uint64(),
    nonce: reader.opaque(),
  };
};

function usageOf(value: number): ResumptionUsage {
  if (value === usages.application) return 'application';
  if (value === usages.reinit) return 'reinit';
  if (value === usages.branch) return 'branch';
  throw broken('valn020105');
}
