import { randomBytes, ready, utf8 } from '#primitives';

import { describeWith } from '../support/requirements.js';
import { Circle } from './circle.js';
import { Ours } from './ours.js';
import { identityOf, suite } from './party.js';
import { TsMls } from './tsMls.js';

/** What core-crypto has no interface for: pre-shared keys, ReInit and branches (RFC 9420 sections 8.4, 11.2 and 11.3). */
describeWith('peers', 'pre-shared keys and successors with ts-mls', () => {
  let ours: Ours;
  let theirs: TsMls;

  beforeAll(ready);

  beforeEach(async () => {
    ours = new Ours(identityOf(1));
    theirs = await TsMls.start(identityOf(2));
    const circle = new Circle(true);
    await circle.found(theirs);
    await circle.add(theirs, [ours]);
    await circle.commit(ours, { path: true });
  });

  const agree = async (): Promise<void> => {
    expect(await theirs.view()).toEqual(await ours.view());
    expect((await theirs.decrypt(await ours.encrypt('text', 'header'))).text).toBe('text');
    expect((await ours.decrypt(await theirs.encrypt('text', 'header'))).text).toBe('text');
  };

  test('an external pre-shared key is mixed in by ours and by theirs', async () => {
    const [id, secret] = [utf8('courier'), randomBytes(32)];
    ours.psks = [{ id, secret }];
    theirs.psks = { [Buffer.from(id).toString('base64')]: secret };
    await theirs.receive(ours.commitWith({ usePsks: [{ kind: 'external', id }] }));
    await agree();
    const preSharedKeyId = { psktype: 'external', pskId: id, pskNonce: randomBytes(32) } as const;
    const commit = await theirs.commitProposals([{ proposalType: 'psk', psk: { preSharedKeyId } }]);
    await ours.receive(commit);
    await agree();
  });

  test('the resumption key of an earlier epoch is mixed in by ours', async () => {
    const epoch = ours.group.epoch - 1;
    await theirs.receive(ours.commitWith({ usePsks: [{ kind: 'resumption', epoch }] }));
    await agree();
  });

  test.each(['ours', 'theirs'])('a ReInit by ours, and the successor founded by %s', async (founder) => {
    const groupId = randomBytes(16);
    await theirs.receive(ours.commitWith({ reinit: { groupId, suite, extensions: new Map() } }));
    if (founder === 'ours') await theirs.joinContinued('reinit', ours.continueAs('reinit', await theirs.keyPackage()));
    else await ours.joinContinued(await theirs.continueAs('reinit', groupId, await ours.keyPackage()));
    await agree();
  });

  test('a ReInit by theirs, and the successor founded by ours', async () => {
    await ours.receive(await theirs.reinit(randomBytes(16)));
    await theirs.joinContinued('reinit', ours.continueAs('reinit', await theirs.keyPackage()));
    await agree();
  });

  test('a branch by ours and one by theirs', async () => {
    await theirs.joinContinued('branch', ours.continueAs('branch', await theirs.keyPackage()));
    await agree();
    await ours.joinContinued(await theirs.continueAs('branch', randomBytes(16), await ours.keyPackage()));
    await agree();
  });
});
