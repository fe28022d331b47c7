import { MlsError, PublicGroup } from '#mls';
import type { CommitParameters, HandshakeOptions, Group } from '#mls';
import { fromUtf8, randomBytes, utf8 } from '#primitives';

import { Device } from './device.js';

const none = new Uint8Array(0);

/** A group with a warm tree, all of its devices, and the Delivery Service that follows it. */
export class Circle {
  devices: Device[];
  publicGroup: PublicGroup;

  constructor(
    readonly suite: number,
    ...names: string[]
  ) {
    this.devices = names.map((name) => new Device(name, suite));
    const [founder, ...others] = this.devices;
    if (founder === undefined) throw new Error('a founder');
    founder.found({ groupId: randomBytes(16) });
    this.publicGroup = PublicGroup.fromGroupInfo(founder.group.groupInfo());
    const { commit, welcome } = founder.commit({ add: others.map((device) => device.keyPackage()) });
    this.accept(commit, {}, [founder]);
    for (const device of others) device.join(welcome ?? none);
    for (const device of this.devices) this.commit(device, { update: true });
  }

  device(name: string): Device {
    const device = this.devices.find((candidate) => candidate.name === name);
    if (device === undefined) throw new Error(name);
    return device;
  }

  except(...some: readonly Device[]): Device[] {
    return this.devices.filter((device) => !some.includes(device));
  }

  /** A commit of one device that everybody takes. */
  commit(committer: Device, parameters: CommitParameters, receivers = this.devices): void {
    this.accept(committer.commit(parameters).commit, parameters, receivers);
  }

  /** The server takes a commit, then the receivers do; devices that it removes leave. */
  accept(commit: Uint8Array, options: HandshakeOptions = {}, receivers = this.devices): void {
    this.publicGroup.apply(this.publicGroup.stage(commit));
    this.publicGroup = PublicGroup.restore(this.publicGroup.serialize());
    for (const device of receivers) {
      device.saving((group) => {
        group.apply(group.stage(commit, options));
      });
    }
    this.devices = this.devices.filter((device) => device.isMember || !receivers.includes(device));
  }

  /** A proposal that everybody takes. */
  propose(proposal: Uint8Array, from: Device): void {
    this.publicGroup.addProposal(proposal);
    for (const device of this.except(from)) device.saving((group) => group.receiveProposal(proposal));
  }

  /** All see the same group, the server the same members, and everybody reads everybody. */
  expectTogether(): void {
    expect(new Set(this.devices.map((device) => device.view())).size).toBe(1);
    expect(this.publicGroup.members).toEqual(this.devices[0]?.group.members);
    for (const from of this.devices) {
      const message = send(from, `by ${from.name}`);
      for (const device of this.except(from)) expect(read(device, message)).toBe(`${from.name}: by ${from.name}`);
    }
  }
}

export const send = (device: Device, text: string): Uint8Array =>
  device.saving((group) => group.encrypt(utf8(text), none));

/** `sender: text` */
export function read(device: Device, message: Uint8Array): string {
  const { identity, plaintext } = device.saving((group) => group.decrypt(message));
  return `${fromUtf8(identity)}: ${fromUtf8(plaintext)}`;
}

export function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return error instanceof MlsError ? error.code : String(error);
  }
  return 'accepted';
}

/** What a refused operation must not change. */
export const trace = (device: Device): unknown => [device.view(), device.group.takeChanges()];

/** Every operation that sends or changes something. */
export function operations(group: Group, keyPackage: Uint8Array): Record<string, () => unknown> {
  const successor = { groupId: randomBytes(16), suite: 0x0003, extensions: new Map<number, Uint8Array>() };
  return {
    encrypt: () => group.encrypt(utf8('x'), none),
    commit: () => group.commit({ update: true }),
    groupInfo: () => group.groupInfo(),
    proposeAdd: () => group.proposeAdd(keyPackage),
    proposeExtensions: () => group.proposeExtensions(new Map()),
    proposePsk: () => group.proposePsk({ kind: 'external', id: utf8('id') }),
    proposeReinit: () => group.proposeReinit(successor),
    proposeRemove: () => group.proposeRemove(group.ownLeaf),
    proposeSelfRemove: () => group.proposeSelfRemove(),
    proposeUpdate: () => group.proposeUpdate(),
  };
}
