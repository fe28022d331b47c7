import { Group, PublicGroup } from '#mls';
import { utf8 } from '#primitives';

import { decodeMessage } from '../../libs/mls/src/message.js';
import { demandSame, outcomeOf } from './target.js';
import { sharedPsk } from './world.js';
import type { World } from './world.js';

/**
 * The group of the victim, between inputs always as it was: a refused input must leave no trace, and what an accepted
 * one did is undone.
 */
export class Victim {
  private group: Group;
  private readonly authenticator: Uint8Array;
  private server: PublicGroup;

  constructor(private readonly world: World) {
    this.group = this.restored();
    this.authenticator = this.group.epochAuthenticator;
    this.server = PublicGroup.restore(world.publicGroup);
  }

  stage(bytes: Uint8Array): string {
    return this.watched(() => {
      this.group.discard(this.group.stage(bytes, { psks: [sharedPsk] }));
    });
  }

  receiveProposal(bytes: Uint8Array): string {
    return this.watched(() => {
      const before = this.group.proposals.length;
      const { ref } = this.group.receiveProposal(bytes);
      const isKnown = this.group.proposals.length === before;
      if (!isKnown) this.group.dropProposal(ref);
      this.demandChanges(isKnown ? 1 : 0, isKnown ? 0 : 1);
    });
  }

  decrypt(bytes: Uint8Array): string {
    return this.watched(() => {
      this.group.decrypt(bytes);
      if (this.group.takeChanges().put.size === 0) throw new Error('a message was decrypted and no key was consumed');
      this.group = this.restored();
    });
  }

  stagePublicly(bytes: Uint8Array): string {
    return outcomeOf(() => this.server.stage(bytes));
  }

  proposePublicly(bytes: Uint8Array): string {
    const outcome = outcomeOf(() => this.server.addProposal(bytes));
    if (outcome === 'accepted') this.server = PublicGroup.restore(this.world.publicGroup);
    return outcome;
  }

  /** A handshake as the client gets it, and sometimes the server too, which checks nothing that the client does not. */
  handshake(bytes: Uint8Array): string {
    const message = decodeMessage(bytes);
    const isCommit = message.kind === 'publicMessage' && message.body.content.content.kind === 'commit';
    const outcome = isCommit ? this.stage(bytes) : this.receiveProposal(bytes);
    if (bytes.length % 3 > 0) return outcome;
    return `${outcome} ${isCommit ? this.stagePublicly(bytes) : this.proposePublicly(bytes)}`;
  }

  /** Everything honest still works. */
  settle(): void {
    for (const commit of this.world.commits) {
      demandAccepted(this.stage(commit), 'an honest commit');
      demandAccepted(this.stagePublicly(commit), 'an honest commit, by the server');
    }
    for (const proposal of this.world.proposals) {
      demandAccepted(this.receiveProposal(proposal), 'an honest proposal');
      demandAccepted(this.proposePublicly(proposal), 'an honest proposal, by the server');
    }
    for (const application of this.world.applications) demandAccepted(this.decrypt(application), 'an honest message');
    demandSame(this.server.serialize(), this.world.publicGroup, 'the server’s group');
  }

  private watched(call: () => void): string {
    const outcome = outcomeOf(call);
    demandSame(this.group.epochAuthenticator, this.authenticator, 'the epoch after an input');
    this.demandChanges(0, 0);
    return outcome;
  }

  /**
   * Records that changed, but for those of message secrets: they are derived when they are first asked for, and a
   * handshake that was decrypted and verified has used its key, also if it is refused then.
   */
  private demandChanges(put: number, remove: number): void {
    const changes = this.group.takeChanges();
    const names = [...changes.put.keys(), ...changes.remove];
    if (names.length === put + remove && changes.put.size === put) return;
    const others = names.filter((name) => !name.startsWith('secret/'));
    if (others.length > put + remove) throw new Error(`records changed: ${names.join(' ')}`);
    this.group = this.restored();
  }

  private restored(): Group {
    return Group.restore(this.world.victim.copyOfDisk(), this.world.victim.keys);
  }
}

function demandAccepted(outcome: string, what: string): void {
  if (outcome !== 'accepted') throw new Error(`${what} is refused: ${outcome}`);
}

/** A group restored from damaged records: if it can be, then whatever it does ends, and in typed errors only. */
export function checkRestored(world: World, records: ReadonlyMap<string, Uint8Array>): string {
  let group: Group | undefined;
  const outcome = outcomeOf(() => {
    group = Group.restore(records, world.victim.keys);
  });
  return group === undefined ? outcome : [outcome, ...useOf(group, world)].join(' ');
}

function useOf(group: Group, world: World): string[] {
  return [
    outcomeOf(() => group.members),
    ...world.applications.slice(0, 2).map((message) => outcomeOf(() => group.decrypt(message))),
    outcomeOf(() => group.stage(world.commits[0] ?? utf8(''))),
    outcomeOf(() => group.commit({ update: true })),
    outcomeOf(() => {
      group.confirmNewest();
      group.encrypt(utf8('text'), utf8(''));
    }),
    outcomeOf(() => group.groupInfo()),
  ];
}

export const handshakesOf = (world: World): Uint8Array[] => [...world.commits, ...world.proposals];
