import { getNamedType, isInterfaceType, isObjectType, isUnionType } from 'graphql';
import type { GraphQLNamedType, GraphQLSchema } from 'graphql';

import { Role, rulesOf } from '../../apps/api/src/access/index.js';
import { PERMISSIONS_OF } from '../../apps/api/src/access/roles.js';
import { buildServerSchema, resolverClasses } from '../../apps/api/src/schema.js';
import { ADMINISTRATIVE_OPERATIONS } from '../../libs/contracts/src/index.js';
import { TestMember } from '../support/delivery.js';
import { everyOperation } from '../support/everyOperation.js';
import type { Operation } from '../support/everyOperation.js';
import { ask } from '../support/graphql.js';
import { CREATE_INVITATION, TestMinistry, inHours, makePerson, must, signIn } from '../support/ministry.js';
import type { TestPerson } from '../support/ministry.js';
import { startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';

/** These end the session that asks. */
const ENDING = new Set(['closeSession', 'renewSession']);
/**
 * What everybody may know of a person, some that answer the same for ids that nobody has, and searches of one's own, which
 * take any id.
 */
const TELLING = [
  'Mutation.changeSavedSearch',
  'Mutation.confirmWelcomes',
  'Mutation.deleteSavedSearch',
  'Mutation.markNoticesSeen',
  'Mutation.requestChallenge',
  'Mutation.saveSearch',
  'Query.person',
];

const rules = rulesOf(resolverClasses());
let schema: GraphQLSchema;
let server: TestServer;
let ministry: TestMinistry;

/** The code that a caller gets by the rule of the field; undefined where the rule lets the caller in. */
function expectedCode({ name }: Operation, roles: readonly Role[] | undefined): string | undefined {
  const rule = rules.get(name as `${string}.${string}`);
  if (rule?.kind === 'public') return undefined;
  if (!roles) return 'UNAUTHENTICATED';
  if (rule?.kind !== 'permission') return undefined;
  return roles.some((role) => PERMISSIONS_OF[role].includes(rule.permission)) ? undefined : 'FORBIDDEN';
}

/** What the rule of the field said to a caller; a refusal by the resolver behind it is not the rule's. */
async function said({ field, document, variables }: Operation, token?: string): Promise<string | undefined> {
  const { errors } = await ask(server, document, variables, token);
  const [error] = errors.filter(({ path, message }) => path?.[0] === field && isByRule(message));
  if (errors.length > 0 && errors[0]?.path === undefined) throw new Error(`${field}: ${errors[0]?.message ?? ''}`);
  return error?.extensions.code;
}

const isByRule = (message: string): boolean => /^this needs (a session|the permission)/u.test(message);

/** The names of all types that can be reached from fields without a session. */
function reachable(from: GraphQLNamedType, known = new Set<string>()): Set<string> {
  if (known.has(from.name)) return known;
  known.add(from.name);
  if (isUnionType(from)) for (const type of from.getTypes()) reachable(type, known);
  if (!isObjectType(from) && !isInterfaceType(from)) return known;
  for (const [name, { type }] of Object.entries(from.getFields())) {
    if (!rules.has(`${from.name}.${name}`)) reachable(getNamedType(type), known);
  }
  return known;
}

beforeAll(async () => {
  schema = await buildServerSchema();
  server = await startServer({ environment: { CHANCERY_FOUNDING_TOKEN: 'founding token of the tests' } });
  ministry = await TestMinistry.found(server);
});
afterAll(() => server.stop());

describe('every query and mutation', () => {
  const callers: [string, Role[] | undefined][] = [
    ['a stranger', undefined],
    ['somebody without a role', []],
    ...Object.values(Role).map((role): [string, Role[]] => [role, [role]]),
    ['a security officer who is a member too', [Role.MEMBER, Role.SECURITY_OFFICER]],
  ];

  test.each(callers)('lets %s in where the rule says so, and nowhere else', async (name, roles) => {
    const person = roles && (await ministry.enrol({ name, roles }));
    const token = person && (await signIn(server, person));
    const wrong: string[] = [];
    // asked about oneself, so that the rules alone decide
    const ids = (argument: string) => (argument === 'personId' ? person?.personId : undefined);
    for (const operation of everyOperation(schema, ids)) {
      const own = person && ENDING.has(operation.field) ? await signIn(server, person) : token;
      const [code, expected] = [await said(operation, own), expectedCode(operation, roles)];
      if (code !== expected) wrong.push(`${operation.name}: ${String(code)} in place of ${String(expected)}`);
    }
    expect(wrong).toEqual([]);
  });

  test('has a rule; offices are parted: who decides on trust keeps no house, who audits decides nothing', () => {
    expect(everyOperation(schema).filter(({ name }) => !rules.has(name as `${string}.${string}`))).toEqual([]);
    const holds = (role: Role) => new Set(PERMISSIONS_OF[role]);
    expect(holds(Role.REGISTRAR).has('directory.statements') || holds(Role.REGISTRAR).has('directory.roles')).toBe(
      false,
    );
    expect(holds(Role.SECURITY_OFFICER).has('directory.posts')).toBe(false);
    const changing = [
      'directory.enrol',
      'directory.statements',
      'directory.posts',
      'directory.roles',
      'knowledge.write',
    ];
    expect(changing.filter((one) => PERMISSIONS_OF[Role.AUDITOR].some((held) => held === one))).toEqual([]);
  });
});

describe('every mutation of an office', () => {
  const offices = /^(directory\.(?!read)|audit|delivery\.campaigns|knowledge\.manage)/u;

  test('is signed by the device, as a request or as statements: a stolen token decides nothing', () => {
    const mutations = Object.values(schema.getMutationType()?.getFields() ?? {});
    const official = mutations.filter(({ name }) => {
      const rule = rules.get(`Mutation.${name}`);
      return rule?.kind === 'permission' && offices.test(rule.permission);
    });
    const unsigned = official.filter(
      ({ name, args }) =>
        !ADMINISTRATIVE_OPERATIONS.has(name) && !args.some((argument) => argument.name === 'statements'),
    );
    expect(official.length).toBeGreaterThan(10);
    expect(unsigned.map(({ name }) => name)).toEqual([]);
  });
});

describe('what is public', () => {
  test('leads to nobody: no person, device, conversation, document or entry is reached without a session', () => {
    const roots = [schema.getQueryType(), schema.getMutationType()];
    const types = new Set<string>();
    for (const root of roots) {
      for (const [name, { type }] of Object.entries(root?.getFields() ?? {})) {
        const rule = rules.get(`${root?.name ?? ''}.${name}`);
        if (rule?.kind === 'public') for (const reached of reachable(getNamedType(type))) types.add(reached);
      }
    }
    const closed = [
      'Person',
      'Device',
      'Group',
      'Envelope',
      'Document',
      'Collection',
      'Statement',
      'AuditPage',
      'Receipt',
    ];
    for (const type of closed) expect(schema.getType(type)).toBeDefined();
    expect(closed.filter((type) => types.has(type))).toEqual([]);
  });
});

describe('a member who knows the ids of others', () => {
  test('gets nothing of them but the directory, and changes nothing', async () => {
    const member = async (name: string) => new TestMember(ministry, await ministry.enrol({ name }));
    const [anna, boris, stranger] = [
      await member('Anna'),
      await member('Boris'),
      await ministry.enrol({ name: 'Nosy' }),
    ];
    await boris.publishKeyPackages(2);
    anna.startGroup();
    await anna.createGroup();
    await anna.add(boris);
    const before = await anna.fetch();
    const invited = await invitation(makePerson('Somebody', ministry.officer.postId));
    const ids = [anna.groupId, invited, anna.person.personId, anna.person.deviceId];
    const token = await signIn(server, stranger);
    const learned = new Set<string>();
    for (const id of ids) {
      const known = {
        groupId: anna.groupId,
        deviceId: anna.person.deviceId,
        personId: anna.person.personId,
        id,
        ids: id,
      };
      for (const operation of everyOperation(schema, (name) => known[name as keyof typeof known])) {
        const takesId = Object.values(known).some((one) => JSON.stringify(operation.variables).includes(one));
        if (!takesId || ENDING.has(operation.field)) continue;
        const { data } = await ask(server, operation.document, operation.variables, token);
        if (isTelling(data?.[operation.field])) learned.add(operation.name);
      }
    }
    expect([...learned].toSorted()).toEqual(TELLING);
    expect(await anna.fetch()).toEqual(before);
    expect((await boris.say('still here')).seq).toBe(before.lastSeq + 1);
  });
});

async function invitation({ personId, name: personName, postId }: TestPerson): Promise<string> {
  const id = '019a5c2e-8f00-7abc-8def-00000000abcd';
  const tokenHash = Buffer.alloc(32, 1).toString('base64');
  const input = { id, personId, personName, postId, tokenHash, expiresAt: inHours(1), roles: ['MEMBER'] };
  must(await ministry.as(ministry.officer, CREATE_INVITATION, { input }));
  return id;
}

/** Whether an answer holds more than that there is nothing, or a refusal. */
function isTelling(answer: unknown): boolean {
  if (Array.isArray(answer)) return answer.some(isTelling);
  const type = (answer as { __typename?: string } | null | undefined)?.__typename;
  return type !== 'Refusal' && type !== 'FileRefused' && answer !== null && answer !== undefined && answer !== false;
}
