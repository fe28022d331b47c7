import { utf8 } from '#primitives';

import { loadPeer } from './load.js';

/** What is used of `ts-mls` 2.0.0-rc.10, whose interface differs from that of 1.6.4. */
interface TsMls2Module {
  getCiphersuiteImpl(name: string): Promise<object>;
  readonly unsafeTestingAuthenticationService: object;
  readonly defaultCredentialTypes: { readonly basic: number };
  readonly defaultProposalTypes: { readonly add: number; readonly remove: number };
  readonly wireformats: { readonly mls_welcome: number };
  generateKeyPackage(parameters: object): Promise<{ publicPackage: object; privatePackage: object }>;
  createGroup(parameters: object): Promise<object>;
  createCommit(parameters: object): Promise<{ newState: object; commit: object; welcome?: object }>;
  readonly mlsMessageDecoder: object;
  readonly mlsMessageEncoder: object;
  encode(encoder: object, value: object): Uint8Array;
  decode(decoder: object, bytes: Uint8Array): { readonly keyPackage?: object } | undefined;
}

/** A founder that runs `ts-mls` 2.0.0-rc.10, as far as one finding needs it. */
export class TsMls2 {
  private constructor(
    private readonly api: TsMls2Module,
    private readonly context: object,
    private state: object,
  ) {}

  static async found(identity: string, groupId: Uint8Array): Promise<TsMls2> {
    const api = (await loadPeer('ts-mls-2/dist/src/index.js')) as TsMls2Module;
    const cipherSuite = await api.getCiphersuiteImpl('MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519');
    const context = { cipherSuite, authService: api.unsafeTestingAuthenticationService };
    const credential = { credentialType: api.defaultCredentialTypes.basic, identity: utf8(identity) };
    const now = Math.floor(Date.now() / 1000);
    const lifetime = { notBefore: BigInt(now - 3600), notAfter: BigInt(now + 86_400) };
    const made = await api.generateKeyPackage({ credential, lifetime, cipherSuite });
    const keys = { keyPackage: made.publicPackage, privateKeyPackage: made.privatePackage };
    return new TsMls2(api, context, await api.createGroup({ context, groupId, ...keys }));
  }

  /** @returns MLSMessage(Welcome) */
  async add(keyPackages: readonly Uint8Array[]): Promise<Uint8Array> {
    const extraProposals = keyPackages.map((bytes) => ({
      proposalType: this.api.defaultProposalTypes.add,
      add: { keyPackage: this.api.decode(this.api.mlsMessageDecoder, bytes)?.keyPackage },
    }));
    const { welcome } = await this.commit(extraProposals);
    if (welcome === undefined) throw new Error('ts-mls welcomed nobody');
    return this.api.encode(this.api.mlsMessageEncoder, welcome);
  }

  /** @returns MLSMessage(PublicMessage) of the commit */
  async remove(leaf: number): Promise<Uint8Array> {
    const { commit } = await this.commit([
      { proposalType: this.api.defaultProposalTypes.remove, remove: { removed: leaf } },
    ]);
    return this.api.encode(this.api.mlsMessageEncoder, commit);
  }

  private async commit(extraProposals: readonly object[]): Promise<{ commit: object; welcome?: object }> {
    const { context, state } = this;
    const made = await this.api.createCommit({
      context,
      state,
      extraProposals,
      wireAsPublicMessage: true,
      ratchetTreeExtension: true,
    });
    this.state = made.newState;
    return made;
  }
}
