import { randomBytes, randomUUID } from 'node:crypto';

import { generateSigningKeyPair, toBase64 } from '#primitives';

import { ask, codesOf } from '../support/graphql.js';
import {
  CLAIM,
  COMPLETE,
  CREATE_INVITATION,
  TestMinistry,
  addDevice,
  assign,
  byDevice,
  byIdentity,
  claimInput,
  clear,
  enrol,
  fieldsOf,
  inHours,
  makePerson,
  must,
  replay,
  sql,
  startDirectory,
  statement,
} from '../support/ministry.js';
import type { TestPerson } from '../support/ministry.js';
import type { TestServer } from '../support/server.js';

describe('an enrolment', () => {
  let server: TestServer;
  let ministry: TestMinistry;
  const invitation = (input: object) => ministry.as(ministry.officer, CREATE_INVITATION, { input });
  const input = (person: TestPerson, rest: object = {}) => ({
    id: randomUUID(),
    personId: person.personId,
    personName: person.name,
    postId: person.postId,
    tokenHash: toBase64(randomBytes(32)),
    expiresAt: inHours(1),
    roles: ['MEMBER'],
    ...rest,
  });
  const newcomer = () => makePerson('N. Newcomer', ministry.officer.postId);

  beforeAll(async () => {
    server = await startDirectory();
    ministry = await TestMinistry.found(server);
  });
  afterAll(() => server.stop());

  test('goes from the link to a person who signs in and verifies everybody', async () => {
    const person = newcomer();
    const link = await ministry.invite(person, ['MEMBER', 'PLANNER']);
    const view = `query ($claimToken: Bytes!) {
      invitation(claimToken: $claimToken) { state ministryName personName post { name parent { id } } }
    }`;
    const claimToken = toBase64(link.claimToken);
    const seen = {
      ministryName: 'Ministry of Foreign Affairs',
      personName: 'N. Newcomer',
      post: { name: 'Administration', parent: null },
    };
    expect(must(await ask(server, view, { claimToken }))).toEqual({ invitation: { ...seen, state: 'OPEN' } });
    const claim = claimInput(person, link);
    must(await ask(server, CLAIM, { input: claim }));
    const waiting =
      '{ invitations(state: CLAIMED) { edges { node { id post { name } claim { identityKey addDevice proof } } } } }';
    const { identityKey, addDevice: device, proof } = claim;
    expect(must(await ministry.as(ministry.officer, waiting))).toEqual({
      invitations: {
        edges: [
          { node: { id: link.id, post: { name: 'Administration' }, claim: { identityKey, addDevice: device, proof } } },
        ],
      },
    });
    const statements = [
      byDevice(enrol(person), ministry.officer),
      byDevice(clear(person.personId, 'SECRET'), ministry.officer),
      byDevice(assign(person, ['MEMBER', 'PLANNER']), ministry.officer),
    ];
    expect(must(await ministry.as(ministry.officer, COMPLETE, { id: link.id, statements }))).toMatchObject({
      completeInvitation: { state: 'COMPLETED' },
    });
    expect(must(await ask(server, view, { claimToken }))).toEqual({ invitation: { ...seen, state: 'COMPLETED' } });
    const me =
      '{ me { person { id roles post { name } } device { id personId } clearance { level until } permissions } }';
    expect(must(await ministry.as(person, me))).toMatchObject({
      me: {
        person: { id: person.personId, roles: ['MEMBER', 'PLANNER'], post: { name: 'Administration' } },
        device: { id: person.deviceId, personId: person.personId },
        clearance: { level: 'SECRET', until: null },
      },
    });
    const directory = await replay(ministry, person);
    expect(directory.device(person.deviceId)).toMatchObject({
      person: person.personId,
      signatureKey: person.device.publicKey,
    });
    expect(directory.clearanceOf(person.personId, new Date())?.level).toBe('SECRET');
    const again = await ministry.as(ministry.officer, COMPLETE, { id: link.id, statements });
    expect(must(again)).toMatchObject({ completeInvitation: { state: 'COMPLETED' } });
    expect((await replay(ministry, person)).head).toBe(directory.head);
  });

  test.each<[string, (person: TestPerson) => object]>([
    ['input.id', () => ({ id: 'X' })],
    ['input.personId', () => ({ personId: randomUUID().toUpperCase().replace(/^./, 'A') })],
    ['input.personName', () => ({ personName: 'two\nlines' })],
    ['input.postId', () => ({ postId: randomUUID() })],
    ['input.tokenHash', () => ({ tokenHash: 'AAAA' })],
    ['input.expiresAt', () => ({ expiresAt: inHours(-1) })],
    ['input.expiresAt', () => ({ expiresAt: inHours(31 * 24) })],
  ])('an invitation names the field that is wrong: %s', async (field, change) => {
    const answer = await invitation(input(newcomer(), change(newcomer())));
    expect([codesOf(answer), fieldsOf(answer)]).toEqual([['BAD_INPUT'], [field]]);
  });

  test('an invitation that is sent twice is made once; another under its id or token is refused', async () => {
    const sent = input(newcomer());
    expect(must(await invitation(sent))).toEqual(must(await invitation(sent)));
    expect(codesOf(await invitation({ ...sent, tokenHash: toBase64(randomBytes(32)) }))).toEqual(['CONFLICT']);
    expect(codesOf(await invitation({ ...sent, id: randomUUID() }))).toEqual(['CONFLICT']);
    expect(codesOf(await invitation(input(ministry.officer)))).toEqual(['CONFLICT']);
  });

  test('a link is used once, and the same claim again changes nothing', async () => {
    const person = newcomer();
    const link = await ministry.invite(person);
    const claim = claimInput(person, link);
    must(await ask(server, CLAIM, { input: claim }));
    expect(must(await ask(server, CLAIM, { input: claim }))).toMatchObject({ claimInvitation: { state: 'CLAIMED' } });
    const thief = { ...makePerson('Thief', person.postId), personId: person.personId };
    expect(codesOf(await ask(server, CLAIM, { input: claimInput(thief, link) }))).toEqual(['LINK_USED']);
  });

  test('of many who use a link at once one gets through', async () => {
    const person = newcomer();
    const link = await ministry.invite(person);
    const claims = Array.from({ length: 6 }, () => claimInput({ ...newcomer(), personId: person.personId }, link));
    const answers = await Promise.all(claims.map((claim) => ask(server, CLAIM, { input: claim })));
    expect(answers.filter((answer) => codesOf(answer).length === 0)).toHaveLength(1);
    expect(answers.flatMap(codesOf)).toEqual(Array(5).fill('LINK_USED'));
  });

  test('a link that is unknown, withdrawn or expired is refused, each in its words', async () => {
    const person = newcomer();
    const unknown = { id: randomUUID(), claimToken: randomBytes(32) };
    expect(codesOf(await ask(server, CLAIM, { input: claimInput(person, unknown) }))).toEqual(['LINK_INVALID']);
    const link = await ministry.invite(person);
    await sql(server, "UPDATE invitation SET expires_at = now() - interval '1 second' WHERE id = $1", [link.id]);
    expect(codesOf(await ask(server, CLAIM, { input: claimInput(person, link) }))).toEqual(['LINK_EXPIRED']);
    const withdrawn = await ministry.invite(person);
    const withdraw = 'mutation ($id: ID!) { withdrawInvitation(id: $id) { state } }';
    const gone = { withdrawInvitation: { state: 'WITHDRAWN' } };
    expect(must(await ministry.as(ministry.officer, withdraw, { id: withdrawn.id }))).toEqual(gone);
    expect(codesOf(await ask(server, CLAIM, { input: claimInput(person, withdrawn) }))).toEqual(['LINK_INVALID']);
    const list = 'query ($state: InvitationState!) { invitations(state: $state) { edges { node { id } } } }';
    expect(must(await ministry.as(ministry.officer, list, { state: 'EXPIRED' }))).toEqual({
      invitations: { edges: [{ node: { id: link.id } }] },
    });
    expect(codesOf(await ministry.as(ministry.officer, withdraw, { id: randomUUID() }))).toEqual(['NOT_FOUND']);
  });

  test('a claim whose device was signed by another identity, or is for somebody else, is refused', async () => {
    const person = newcomer();
    const link = await ministry.invite(person);
    const other = newcomer();
    const claim = claimInput(person, link);
    const refused = async (change: object) => {
      const answer = await ask(server, CLAIM, { input: { ...claim, ...change } });
      return [codesOf(answer)[0], fieldsOf(answer)[0]];
    };
    const bad = ['BAD_INPUT', 'input.addDevice'];
    expect(
      await refused({
        addDevice: statement(addDevice(person), { kind: 'person', id: person.personId }, other.identity),
      }),
    ).toEqual(bad);
    expect(await refused({ addDevice: byIdentity(addDevice(other), other) })).toEqual(bad);
    expect(await refused({ addDevice: byIdentity(enrol(person), person) })).toEqual(bad);
    expect(await refused({ addDevice: 'AAAA' })).toEqual(bad);
    expect(await refused({ identityKey: toBase64(other.identity.publicKey) })).toEqual(bad);
    expect(await refused({ identityKey: 'AAAA' })).toEqual(['BAD_INPUT', 'input.identityKey']);
    expect(await refused({ proof: 'AAAA' })).toEqual(['BAD_INPUT', 'input.proof']);
  });

  test('an officer completes what was claimed, and nothing else', async () => {
    const person = newcomer();
    const link = await ministry.invite(person);
    const { officer } = ministry;
    const complete = async (statements: string[]) =>
      codesOf(await ministry.as(officer, COMPLETE, { id: link.id, statements }));
    const good = () => [byDevice(enrol(person), officer), byDevice(clear(person.personId, 'SECRET'), officer)];
    expect(await complete(good())).toEqual(['CONFLICT']);
    must(await ask(server, CLAIM, { input: claimInput(person, link) }));
    const impostor = { ...person, identity: generateSigningKeyPair() };
    expect(await complete([byDevice(enrol(impostor), officer), good()[1]!])).toEqual(['STATEMENT_INVALID']);
    expect(await complete([byDevice(enrol({ ...person, name: 'Other' }), officer), good()[1]!])).toEqual([
      'STATEMENT_INVALID',
    ]);
    expect(await complete([good()[0]!, byDevice(clear(officer.personId, 'SECRET'), officer)])).toEqual([
      'STATEMENT_INVALID',
    ]);
    expect(await complete([good()[0]!, byDevice(clear(person.personId, 'COSMIC'), officer)])).toEqual([
      'STATEMENT_INVALID',
    ]);
    expect(await complete(good().toReversed())).toEqual(['BAD_INPUT']);
    for (const more of [
      assign(person, ['MEMBER', 'AUDITOR']),
      assign({ ...person, postId: randomUUID() }, ['MEMBER']),
    ]) {
      expect(await complete([...good(), byDevice(more, officer)])).toEqual(['STATEMENT_INVALID']);
    }
    expect(await complete(good().slice(0, 1))).toEqual(['BAD_INPUT']);
    expect(
      await complete([statement(enrol(person), { kind: 'device', id: officer.deviceId }, person.device), good()[1]!]),
    ).toEqual(['STATEMENT_INVALID']);
    expect(await sql(server, 'SELECT 1 FROM person WHERE id = $1', [person.personId])).toEqual([]);
    expect(await complete(good())).toEqual([]);
    expect(await sql(server, 'SELECT 1 AS one FROM person WHERE id = $1', [person.personId])).toEqual([{ one: 1 }]);
  });

  test('roles come from a signed statement only: whoever is completed without one has none', async () => {
    const person = newcomer();
    const link = await ministry.invite(person, ['MEMBER', 'AUDITOR']);
    must(await ask(server, CLAIM, { input: claimInput(person, link) }));
    const statements = [enrol(person), clear(person.personId, 'SECRET')].map((body) =>
      byDevice(body, ministry.officer),
    );
    must(await ministry.as(ministry.officer, COMPLETE, { id: link.id, statements }));
    expect(must(await ministry.as(person, '{ me { person { roles } permissions } }'))).toEqual({
      me: { person: { roles: [] }, permissions: [] },
    });
    const directory = await replay(ministry, ministry.officer);
    const held = await sql<{ person_id: string }>(server, 'SELECT DISTINCT person_id FROM person_role');
    expect(held.filter(({ person_id: id }) => directory.rolesOf(id, new Date()) === undefined)).toEqual([]);
    expect(directory.rolesOf(ministry.officer.personId, new Date())).toContain('SECURITY_OFFICER');
  });

  test('a registrar without the powers enrols nobody, and gives no roles', async () => {
    const registrar = await ministry.enrol({ name: 'Registrar', roles: ['MEMBER', 'REGISTRAR'] });
    const person = newcomer();
    const refused = await ministry.as(registrar, CREATE_INVITATION, {
      input: input(person, { roles: ['SECURITY_OFFICER'] }),
    });
    expect([codesOf(refused), fieldsOf(refused)]).toEqual([['FORBIDDEN'], ['input.roles']]);
    const link = await ministry.invite(person);
    must(await ask(server, CLAIM, { input: claimInput(person, link) }));
    const own = [byDevice(enrol(person), registrar), byDevice(clear(person.personId, 'SECRET'), registrar)];
    const without = await ministry.as(registrar, COMPLETE, { id: link.id, statements: own });
    expect([codesOf(without), fieldsOf(without)]).toEqual([['STATEMENT_INVALID'], ['statements.0']]);
    expect(without.errors[0]?.message).toContain('POWER_MISSING');
    const foreign = [
      byDevice(enrol(person), ministry.officer),
      byDevice(clear(person.personId, 'SECRET'), ministry.officer),
    ];
    expect(codesOf(await ministry.as(registrar, COMPLETE, { id: link.id, statements: foreign }))).toEqual([
      'FORBIDDEN',
    ]);
    const member = await ministry.enrol();
    expect(codesOf(await ministry.as(member, CREATE_INVITATION, { input: input(newcomer()) }))).toEqual(['FORBIDDEN']);
    expect(codesOf(await ministry.as(member, COMPLETE, { id: link.id, statements: own }))).toEqual(['FORBIDDEN']);
  });
});
