import { decodeWith, encodeWith, Reader } from '../../libs/mls/src/codec.js';
import type { Decode, Encode } from '../../libs/mls/src/codec.js';
import { decodeCommit, encodeCommit } from '../../libs/mls/src/commit.js';
import { decodeGroupSecrets, encodeGroupSecrets } from '../../libs/mls/src/groupSecrets.js';
import { decodeMessage, encodeMessage } from '../../libs/mls/src/message.js';
import { encodeProposalBody, proposalDecoders } from '../../libs/mls/src/proposal.js';
import type { ProposalKind } from '../../libs/mls/src/proposal.js';
import { RatchetTree } from '../../libs/mls/src/ratchetTree.js';
import { assert, hex, same } from './handler.js';
import type { Skipped } from './handler.js';

export function deserialization(entry: { vlbytes_header: string; length: number }): Skipped {
  const reader = new Reader(hex(entry.vlbytes_header));
  assert.equal(reader.vectorLength(), entry.length);
  reader.end();
  return undefined;
}

function throughCodec<T>(encode: Encode<T>, decode: Decode<T>): (bytes: Uint8Array) => Uint8Array {
  return (bytes) => encodeWith(encode, decodeWith(decode, bytes));
}

const proposalBody = (kind: ProposalKind): ((bytes: Uint8Array) => Uint8Array) =>
  throughCodec(encodeProposalBody, proposalDecoders[kind]);

const throughMessage = (bytes: Uint8Array): Uint8Array => encodeMessage(decodeMessage(bytes));

const roundTrips: Record<string, (bytes: Uint8Array) => Uint8Array> = {
  mls_welcome: throughMessage,
  mls_group_info: throughMessage,
  mls_key_package: throughMessage,
  ratchet_tree: (bytes) => RatchetTree.decode(bytes).encode(),
  group_secrets: throughCodec(encodeGroupSecrets, decodeGroupSecrets),
  add_proposal: proposalBody('add'),
  update_proposal: proposalBody('update'),
  remove_proposal: proposalBody('remove'),
  pre_shared_key_proposal: proposalBody('psk'),
  re_init_proposal: proposalBody('reinit'),
  external_init_proposal: proposalBody('externalInit'),
  group_context_extensions_proposal: proposalBody('groupContextExtensions'),
  commit: throughCodec(encodeCommit, decodeCommit),
  public_message_application: throughMessage,
  public_message_proposal: throughMessage,
  public_message_commit: throughMessage,
  private_message: throughMessage,
};

/** Every field decodes and encodes to the same bytes, whatever its suite. */
export function messages(entry: Record<string, string>): Skipped {
  for (const [field, value] of Object.entries(entry)) {
    const roundTrip = roundTrips[field];
    assert.ok(roundTrip, `unknown field ${field}`);
    same(roundTrip(hex(value)), value, field);
  }
  return undefined;
}
