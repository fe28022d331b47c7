import type { ExternalPsk, PskChoice } from '#mls';
import { randomBytes, ready, toHex, utf8 } from '#primitives';

import { decodeMessageOf } from '../../libs/mls/src/message.js';
import { Circle, codeOf, send, trace } from './mls/circle.js';
import { Device } from './mls/device.js';
import { Forger, ruleOf } from './mls/forger.js';

const suites = [0x0001, 0x0003, 0x004d];
const suite = 0x0003;
const none = new Uint8Array(0);

beforeAll(ready);

const external = (id: string): PskChoice => ({ kind: 'external', id: utf8(id) });
const key = (id: string): ExternalPsk => ({ id: utf8(id), secret: randomBytes(32) });
const circle = (suiteId = suite): Circle => new Circle(suiteId, 'anna', 'boris', 'chen');

/** The nonces of the PreSharedKey proposals in a commit, by value. */
function noncesIn(commit: Uint8Array): string[] {
  const { content } = decodeMessageOf(commit, 'publicMessage').content;
  if (content.kind !== 'commit') throw new Error('a commit');
  return content.commit.proposals.flatMap((item) =>
    item.kind === 'proposal' && item.proposal.kind === 'psk' ? [toHex(item.proposal.psk.nonce)] : [],
  );
}

describe.each(suites)('pre-shared keys in suite %d', (suiteId) => {
  test('of the application are mixed in by a commit, in their order', () => {
    const scene = circle(suiteId);
    const psks = [key('first'), key('second')];
    scene.commit(scene.device('anna'), { usePsks: [external('second'), external('first')], psks });
    scene.expectTogether();
    scene.commit(scene.device('boris'), { usePsks: [external('first')], psks, update: true });
    scene.expectTogether();
  });

  test('of an epoch of the group are mixed in by those who were there', () => {
    const scene = circle(suiteId);
    const epoch = scene.publicGroup.epoch;
    for (const device of scene.devices) scene.commit(device, { update: true });
    for (const device of scene.devices) device.restart();
    scene.commit(scene.device('chen'), { usePsks: [{ kind: 'resumption', epoch }] });
    scene.expectTogether();
  });
});

describe('by reference', () => {
  test('a key that somebody proposes is taken along by whoever has it', () => {
    const scene = circle();
    const [anna, boris] = [scene.device('anna'), scene.device('boris')];
    const psks = [key('agreed')];
    scene.propose(
      boris.saving((group) => group.proposePsk(external('agreed'))),
      boris,
    );
    anna.restart();
    const { commit, staged } = anna.commit({ psks });
    expect(staged.proposals).toEqual([{ kind: 'psk', proposedBy: { kind: 'member', leafIndex: boris.group.ownLeaf } }]);
    scene.accept(commit, { psks });
    scene.expectTogether();
  });

  test('a key that the committer does not have is left out, and keeps nobody from writing', () => {
    const scene = circle();
    const [anna, boris] = [scene.device('anna'), scene.device('boris')];
    scene.propose(
      boris.saving((group) => group.proposePsk(external('of boris alone'))),
      boris,
    );
    send(anna, 'still here');
    const { commit, staged } = anna.commit({ update: true });
    expect(staged.proposals).toEqual([]);
    scene.accept(commit);
    scene.expectTogether();
  });

  test('a resumption key that is there has to be committed before anything is written', () => {
    const scene = circle();
    const [anna, boris] = [scene.device('anna'), scene.device('boris')];
    scene.propose(
      boris.saving((group) => group.proposePsk({ kind: 'resumption', epoch: group.epoch })),
      boris,
    );
    expect(codeOf(() => send(anna, 'too early'))).toBe('PENDING_PROPOSALS');
    scene.commit(anna, {});
    scene.expectTogether();
  });

  test('one key that two propose is used twice, since each has its nonce', () => {
    const scene = circle();
    const [anna, boris, chen] = [scene.device('anna'), scene.device('boris'), scene.device('chen')];
    const psks = [key('agreed')];
    for (const from of [boris, chen]) {
      scene.propose(
        from.saving((group) => group.proposePsk(external('agreed'))),
        from,
      );
    }
    const { commit, staged } = anna.commit({ psks });
    expect(staged.proposals.map(({ kind }) => kind)).toEqual(['psk', 'psk']);
    scene.accept(commit, { psks });
    scene.expectTogether();
  });
});

describe('a key that is missing or wrong', () => {
  test('stops the committer with a typed error before anything changes', () => {
    const scene = circle();
    const anna = scene.device('anna');
    const before = trace(anna);
    expect(ruleOf(() => anna.group.commit({ usePsks: [external('nobody knows')] }))).toBe('valn080401');
    expect(codeOf(() => anna.group.commit({ usePsks: [external('nobody knows')] }))).toBe('UNKNOWN_PSK');
    expect(trace(anna)).toEqual(before);
    scene.commit(anna, { update: true });
    scene.expectTogether();
  });

  test('stops a receiver, who goes on when it has the key', () => {
    const scene = circle();
    const [anna, boris] = [scene.device('anna'), scene.device('boris')];
    const right = key('agreed');
    const { commit } = anna.commit({ usePsks: [external('agreed')], psks: [right] });
    const before = trace(boris);
    expect(codeOf(() => boris.group.stage(commit))).toBe('UNKNOWN_PSK');
    expect(ruleOf(() => boris.group.stage(commit, { psks: [key('agreed')] }))).toBe('valn060106');
    expect(trace(boris)).toEqual(before);
    anna.restart();
    boris.restart();
    scene.accept(commit, { psks: [right] });
    scene.expectTogether();
  });

  test('a resumption key of a future epoch, or of one that is out of the window', () => {
    const scene = circle();
    const anna = scene.device('anna');
    const oldest = scene.publicGroup.epoch;
    const use = (epoch: number): string =>
      codeOf(() => anna.group.commit({ usePsks: [{ kind: 'resumption', epoch }] }));
    expect(use(oldest + 1)).toBe('UNKNOWN_PSK');
    for (let i = 0; i < 32; i++) scene.commit(anna, { update: true });
    const { commit, staged } = anna.commit({ usePsks: [{ kind: 'resumption', epoch: oldest }] });
    anna.group.discard(staged);
    expect(codeOf(() => scene.device('boris').group.stage(commit))).toBe('accepted');
    scene.commit(anna, { update: true });
    expect(use(oldest)).toBe('UNKNOWN_PSK');
    expect(codeOf(() => anna.group.proposePsk({ kind: 'resumption', epoch: oldest }))).toBe('UNKNOWN_PSK');
  });

  test('of an epoch before one came in', () => {
    const scene = circle();
    const [anna, dina] = [scene.device('anna'), new Device('dina', suite)];
    const before = scene.publicGroup.epoch;
    const { commit, welcome } = anna.commit({ add: [dina.keyPackage()] });
    scene.accept(commit);
    dina.join(welcome ?? none);
    scene.devices.push(dina);
    const proving = anna.commit({ usePsks: [{ kind: 'resumption', epoch: before }] });
    expect(codeOf(() => scene.device('boris').group.stage(proving.commit))).toBe('accepted');
    expect(codeOf(() => dina.group.stage(proving.commit))).toBe('UNKNOWN_PSK');
  });

  test('keeps a newcomer out', () => {
    const scene = circle();
    const [anna, dina] = [scene.device('anna'), new Device('dina', suite)];
    const psks = [key('agreed')];
    const { commit, welcome } = anna.commit({ add: [dina.keyPackage()], usePsks: [external('agreed')], psks });
    scene.accept(commit, { psks });
    expect(
      codeOf(() => {
        dina.join(welcome ?? none);
      }),
    ).toBe('UNKNOWN_PSK');
    expect(
      codeOf(() => {
        dina.join(welcome ?? none, undefined, { psks: [key('agreed')] });
      }),
    ).toBe('DECRYPTION_FAILED');
    dina.join(welcome ?? none, undefined, { psks });
    scene.devices.push(dina);
    scene.expectTogether();
  });
});

test('every use of a key has a fresh nonce of the size of a hash', () => {
  const scene = circle();
  const anna = scene.device('anna');
  const psks = [key('agreed')];
  const nonces = Array.from({ length: 3 }, () => {
    const { commit } = anna.commit({ usePsks: [external('agreed'), external('agreed')], psks });
    scene.accept(commit, { psks });
    return noncesIn(commit);
  }).flat();
  expect(new Set(nonces).size).toBe(6);
  expect(nonces.every((nonce) => nonce.length === 64)).toBe(true);
});

test('valn120103: a key of another operation is no proposal', () => {
  const scene = circle();
  const [anna, boris] = [scene.device('anna'), scene.device('boris')];
  const { groupId, epoch } = boris.group;
  const nonce = randomBytes(32);
  for (const usage of ['reinit', 'branch'] as const) {
    const psk = { kind: 'resumption', usage, groupId, epoch: BigInt(epoch), nonce } as const;
    const message = new Forger(anna).proposal({ kind: 'psk', psk });
    expect(ruleOf(() => boris.group.receiveProposal(message))).toBe('valn120103');
    expect(ruleOf(() => scene.publicGroup.addProposal(message))).toBe('valn120103');
  }
});
