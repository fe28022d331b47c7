import { envelopeOf } from '#mls';
import { fromUtf8, ready } from '#primitives';

import { describeWith } from '../support/requirements.js';
import { Circle, headerOf } from './circle.js';
import { startParties } from './parties.js';
import type { Make, Party } from './party.js';

type Three = readonly [Party, Party, Party];

const three = async (...makes: Make[]): Promise<Three> => (await startParties(makes)) as unknown as Three;

const peers: readonly Make[] = ['core-crypto', 'ts-mls'];

describeWith('peers', 'groups with another make', () => {
  beforeAll(ready);

  describe.each(peers)('%s', (peer) => {
    test('founds a group, welcomes ours, and everybody reads everybody', async () => {
      const [theirs, ours, more] = await three(peer, 'ours', 'ours');
      const circle = new Circle();
      await circle.found(theirs);
      await circle.add(theirs, [ours]);
      await circle.add(ours, [more]);
      expect(await circle.speak()).toBe(6);
    });

    test('is welcomed by ours, adds one of its own make, and everybody reads everybody', async () => {
      const [ours, theirs, more] = await three('ours', peer, peer);
      const circle = new Circle();
      await circle.found(ours);
      await circle.add(ours, [theirs]);
      await circle.add(theirs, [more]);
      expect(await circle.speak()).toBe(6);
    });

    test('follows updates of ours, and ours follow its updates', async () => {
      const [ours, theirs, more] = await three('ours', peer, 'ours');
      const circle = new Circle();
      await circle.found(ours);
      await circle.add(ours, [theirs, more], true);
      for (const member of [theirs, ours, more, theirs]) await circle.commit(member, { path: true });
      expect(await circle.speak()).toBe(6);
    });

    test('learns that it is removed, removes ours, and comes back', async () => {
      const [ours, theirs, more] = await three('ours', peer, 'ours');
      const circle = new Circle();
      await circle.found(ours);
      await circle.add(ours, [theirs, more]);
      await circle.commit(ours, { remove: [theirs.identity] });
      expect(theirs.isMember()).toBe(false);
      await circle.add(more, [theirs]);
      await circle.commit(theirs, { remove: [ours.identity] });
      expect(ours.isMember()).toBe(false);
      expect(await circle.speak()).toBe(2);
    });

    test('commits proposals of ours: Update, Add and Remove together', async () => {
      const [ours, theirs, more, gone] = (await startParties(['ours', peer, 'ours', 'ours'])) as [...Three, Party];
      const circle = new Circle();
      await circle.found(ours);
      await circle.add(ours, [theirs, gone]);
      await circle.propose(ours, { kind: 'update' });
      await circle.propose(ours, { kind: 'add', keyPackage: await more.keyPackage() });
      await circle.propose(ours, { kind: 'remove', identity: gone.identity });
      await circle.commit(theirs, {}, [more]);
      expect(gone.isMember()).toBe(false);
      expect(await circle.speak()).toBe(6);
    });

    test('has its messages authenticated with what stands beside the ciphertext', async () => {
      const [ours, theirs] = await three('ours', peer, 'ours');
      const circle = new Circle();
      await circle.found(ours);
      await circle.add(ours, [theirs]);
      const message = await ours.encrypt('text', headerOf(ours));
      expect(fromUtf8(envelopeOf(message).authenticatedData)).toBe(headerOf(ours));
      const changed = message.slice();
      const place = Buffer.from(message).indexOf(headerOf(ours));
      changed.set([0x48], place);
      await expect(theirs.decrypt(changed)).rejects.toThrow();
      expect((await theirs.decrypt(message)).text).toBe('text');
    });
  });

  test.each(peers)('%s follows the external commit of ours, who lost its state', async (peer) => {
    const [ours, theirs, more] = await three('ours', peer, 'ours');
    const circle = new Circle();
    await circle.found(ours);
    await circle.add(ours, [theirs, more]);
    await circle.enter(ours, more);
    expect(await circle.speak()).toBe(6);
    await circle.commit(theirs, { path: true });
  });

  test('core-crypto enters a group of ours as a newcomer, and again after it lost its state', async () => {
    const [ours, theirs, more] = await three('ours', 'core-crypto', 'ours');
    const circle = new Circle();
    await circle.found(ours);
    await circle.add(ours, [more]);
    await circle.enter(theirs, ours);
    expect(await circle.speak()).toBe(6);
    await circle.enter(theirs, more);
    expect(await circle.speak()).toBe(6);
  });

  test('ours comes back by a GroupInfo of core-crypto', async () => {
    const [ours, theirs, more] = await three('ours', 'core-crypto', 'ours');
    const circle = new Circle();
    await circle.found(theirs);
    await circle.add(theirs, [ours, more]);
    await circle.enter(ours, theirs);
    expect(await circle.speak()).toBe(6);
  });

  test('core-crypto takes an external Remove as PublicMessage; it and ours commit it', async () => {
    const [ours, theirs, gone] = await three('ours', 'core-crypto', 'core-crypto');
    for (const [committer, founder] of [
      [theirs, ours],
      [ours, theirs],
    ] as const) {
      const circle = new Circle();
      await circle.found(founder);
      await circle.add(founder, [founder === ours ? theirs : ours, gone]);
      await circle.proposeRemoveFromOutside(gone);
      await circle.commit(committer, {});
      expect(gone.isMember()).toBe(false);
      expect(await circle.speak()).toBe(2);
    }
  });

  test('ts-mls proposes Add and Remove, and ours commits them', async () => {
    const [ours, theirs, more] = await three('ours', 'ts-mls', 'ts-mls');
    const circle = new Circle();
    await circle.found(ours);
    await circle.add(ours, [theirs]);
    await circle.propose(theirs, { kind: 'add', keyPackage: await more.keyPackage() });
    await circle.commit(ours, {}, [more]);
    await circle.propose(theirs, { kind: 'remove', identity: more.identity });
    await circle.commit(ours, {});
    expect(more.isMember()).toBe(false);
  });

  test('ts-mls sends proposals and commits as PrivateMessages, and ours take them', async () => {
    const [ours, theirs, more] = await three('ours', 'ts-mls', 'ours');
    const circle = new Circle(true);
    await circle.found(ours);
    await circle.add(ours, [theirs]);
    await circle.propose(theirs, { kind: 'add', keyPackage: await more.keyPackage() });
    await circle.commit(theirs, {}, [more]);
    await circle.commit(theirs, { path: true });
    expect(await circle.speak()).toBe(6);
  });
});
