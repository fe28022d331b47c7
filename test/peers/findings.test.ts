import { createKeyPackage, extensionTypes } from '#mls';
import { generateSigningKeyPair, randomBytes, ready, utf8 } from '#primitives';

import { describeWith } from '../support/requirements.js';
import { Circle, headerOf } from './circle.js';
import { Ours } from './ours.js';
import { startParties } from './parties.js';
import { identityOf, suite } from './party.js';
import type { Change, Make, Party } from './party.js';
import { refusesUnmergedLeaves } from './tsMls.js';
import type { TsMls } from './tsMls.js';
import { TsMls2 } from './tsMls2.js';

/**
 * Where a peer itself is wrong or takes less than RFC 9420 allows. Each test shows it, so that a version of the peer that is
 * right makes it fail; the random model avoids these situations and no others.
 */

/** As a list of known length, for destructuring. */
const start = async (...makes: Make[]): Promise<[Party, Party, Party, ...Party[]]> =>
  (await startParties(makes)) as [Party, Party, Party, ...Party[]];

async function circleOf(founder: Party, ...others: readonly Party[]): Promise<Circle> {
  const circle = new Circle();
  await circle.found(founder);
  await circle.add(founder, others, true);
  return circle;
}

/** A commit that nobody has processed yet: its maker stays in the old epoch too. */
async function commitOf(party: Party, change: Change): Promise<Uint8Array> {
  const made: Uint8Array[] = [];
  await party.commit(change, ({ commit }) => made.push(commit) === 0);
  return made[0] ?? new Uint8Array(0);
}

const ruleOf = (action: () => unknown): unknown => {
  try {
    action();
    return 'nothing was refused';
  } catch (error) {
    return (error as { rule?: string }).rule ?? error;
  }
};

const ruleOfEntering = async (party: Party, informer: TsMls): Promise<unknown> => {
  const groupInfo = await informer.groupInfo();
  return ruleOf(() => party.enter(groupInfo, () => true));
};

beforeAll(ready);

describeWith('peers', 'ts-mls 1.6.4 is wrong', () => {
  test('RFC 9420 section 12.4.3.1: it refuses valid trees with unmerged leaves', async () => {
    const founders = await startParties(['ours', 'ours', 'ours', 'ours', 'ours', 'ours']);
    const joining = await startParties(['ours', 'core-crypto', 'ts-mls'], 7);
    const circle = new Circle(false, refusesUnmergedLeaves);
    const [first, second, , , fifth] = founders as [Party, Party, Party, Party, Party];
    await circle.found(first);
    await circle.add(first, founders.slice(1), true);
    await circle.commit(first, { remove: [second.identity, fifth.identity] });
    // without a path: leaf 1 is unmerged at the root and below, leaves 4 and 6 at the root only
    await circle.add(first, joining);
    expect(circle.strays.map(({ make }) => make)).toEqual(['ts-mls']);
    expect(circle.members.slice(-2).map(({ make }) => make)).toEqual(['ours', 'core-crypto']);
    expect(await circle.speak()).toBe(30);
  });

  test('RFC 9420 section 12.1.8.1: it does not read external_senders as a list, so that it takes no external proposal', async () => {
    const [ours, gone, theirs] = await start('ours', 'core-crypto', 'ts-mls');
    const circle = await circleOf(ours, gone, theirs);
    const proposal = circle.removeFromOutside(gone);
    await ours.receive(proposal);
    await gone.receive(proposal);
    await expect(theirs.receive(proposal)).rejects.toThrow();
    const extensionData = (ours as Ours).group.extension(extensionTypes.externalSenders)!;
    const founding = (theirs as TsMls).found(randomBytes(16), [{ extensionType: 'external_senders', extensionData }]);
    await expect(founding).rejects.toThrow('Could not decode external_senders');
  });

  test('RFC 9420 section 12.4.3.2: it writes and reads external_pub as bare bytes, so that nobody else enters by its GroupInfo', async () => {
    const [ours, theirs] = await start('ours', 'ts-mls', 'ours');
    await circleOf(ours, theirs);
    expect(await ruleOfEntering(ours, theirs as TsMls)).toMatch(/^valn/);
    await expect(theirs.enter((ours as Ours).group.groupInfo(), () => true)).rejects.toThrow('Invalid public key');
  });

  test('RFC 9420 section 12.4.2: removed, it does not notice if the same commit gives its leaf to another', async () => {
    const [ours, theirs, more] = await start('ours', 'ts-mls', 'core-crypto', 'ours', 'ours');
    const [first, second] = await startParties(['ours', 'ours'], 11);
    await circleOf(ours, theirs, more);
    const add = await Promise.all([first, second].map(async (party) => party?.keyPackage() ?? new Uint8Array(0)));
    const commit = await commitOf(ours, { add, remove: [theirs.identity, more.identity] });
    await more.receive(commit);
    expect(more.isMember()).toBe(false);
    await expect(theirs.receive(commit)).rejects.toThrow('No overlap between provided private keys and update path');
    expect(theirs.isMember()).toBe(true);
  });

  test('RFC 9420 section 12.4: it commits a change of the extensions without a path', async () => {
    const [theirs, ours] = await start('ts-mls', 'ours', 'core-crypto');
    await circleOf(theirs, ours);
    const commit = await (theirs as TsMls).commitProposals([
      { proposalType: 'group_context_extensions', groupContextExtensions: { extensions: [] } },
    ]);
    expect(ruleOf(() => (ours as Ours).group.stage(commit))).toBe('valn120401');
  });
});

describeWith('peers', 'ts-mls 2.0.0-rc.10 is wrong', () => {
  test('RFC 9420 section 12.4: it commits a lone Remove without a path', async () => {
    const [ours, gone] = [new Ours(identityOf(1)), new Ours(identityOf(2))];
    const theirs = await TsMls2.found(identityOf(3), randomBytes(16));
    const welcome = await theirs.add([await ours.keyPackage(), await gone.keyPackage()]);
    await ours.join(welcome);
    await gone.join(welcome);
    const commit = await theirs.remove(gone.group.ownLeaf);
    expect(ruleOf(() => ours.group.stage(commit))).toBe('valn120401');
  });
});

describeWith('peers', 'core-crypto 10.3.0 takes less', () => {
  test('it reads a message of the last epoch only by the tree of today (RFC 9420 section 6.1 speaks of the epoch of the message)', async () => {
    const [ours, gone, theirs, more] = (await start('ours', 'ours', 'core-crypto', 'ours')) as [
      Party,
      Party,
      Party,
      Party,
    ];
    const circle = await circleOf(ours, gone, theirs);
    const messages = [
      await gone.encrypt('first', headerOf(gone)),
      await gone.encrypt('second', headerOf(gone)),
    ] as const;
    await circle.commit(ours, { remove: [gone.identity] });
    expect((await ours.decrypt(messages[0])).text).toBe('first');
    await expect(theirs.decrypt(messages[0])).rejects.toThrow('Sender is not part of the group');
    await circle.add(ours, [more]);
    expect((await ours.decrypt(messages[1])).text).toBe('second');
    await expect(theirs.decrypt(messages[1])).rejects.toThrow('signature is invalid');
  });

  test('its wire policy takes no handshake in a PrivateMessage', async () => {
    const [ours, theirs, more] = await start('ours', 'core-crypto', 'ts-mls');
    await circleOf(ours, theirs, more);
    const made: Uint8Array[] = [];
    await more.commit({ path: true }, ({ commit }) => made.push(commit) === 0, true);
    (ours as Ours).group.stage(made[0]!);
    await expect(theirs.receive(made[0]!)).rejects.toThrow('wire format policy');
  });

  test('its groups require X.509 credentials (RFC 9420 section 11.1), which our KeyPackages name only when asked', async () => {
    const [theirs, ours] = await start('core-crypto', 'ours', 'ours');
    const circle = await circleOf(theirs, ours);
    const { keyPackage } = createKeyPackage({
      suite,
      identity: utf8(identityOf(9)),
      signatureKeyPair: generateSigningKeyPair(),
    });
    await expect(theirs.commit({ add: [keyPackage] }, () => true)).rejects.toThrow('Credentials are not acceptable');
    expect(ruleOf(() => (ours as Ours).group.commit({ add: [keyPackage] }))).toBe('valn070302');
    expect(await circle.speak()).toBe(2);
  });
});
