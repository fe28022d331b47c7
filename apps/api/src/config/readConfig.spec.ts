import { Refusal } from '../platform/refusal.js';
import { readConfig } from './readConfig.js';
import type { Environment } from './readConfig.js';

function refusalOf(environment: Environment): Refusal {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error('the configuration was accepted');
}

describe('configuration from the environment', () => {
  test('nothing set is a server of its own on port 4460 of this machine', () => {
    const config = readConfig({});
    expect(config).toMatchObject({
      environment: 'production',
      host: '127.0.0.1',
      port: 4460,
      databaseUrl: undefined,
      natsUrl: undefined,
      meilisearch: undefined,
      introspection: false,
    });
  });

  test('an empty variable counts as absent', () => {
    expect(readConfig({ DATABASE_URL: '', CHANCERY_PORT: '' }).port).toBe(4460);
  });

  test('is frozen to the bottom', () => {
    const config = readConfig({ MEILISEARCH_URL: 'http://search:7700', MEILISEARCH_KEY: 'k' });
    expect([config, config.limits, config.meilisearch, config.trustedProxies].map(Object.isFrozen)).toEqual([
      true,
      true,
      true,
      true,
    ]);
  });

  test.each([
    ['CHANCERY_PORT', 'canary'],
    ['CHANCERY_PORT', '65536'],
    ['CHANCERY_PORT', '-1'],
    ['CHANCERY_ORIGIN', 'https://canary.example/path'],
    ['CHANCERY_ORIGIN', 'ftp://canary.example'],
    ['DATABASE_URL', 'mysql://canary:canary@db/canary'],
    ['DATABASE_URL', 'canary'],
    ['NATS_URL', 'http://canary'],
    ['MEILISEARCH_URL', 'canary'],
    ['CHANCERY_FOUNDING_TOKEN', 'canary'],
    ['CHANCERY_LOG_LEVEL', 'canary'],
    ['NODE_ENV', 'canary'],
    ['CHANCERY_TRUSTED_PROXIES', '10.0.0.0/8, canary'],
    ['CHANCERY_LIMIT_BODY_BYTES', '1e9'],
    ['CHANCERY_LIMIT_QUERY_DEPTH', '0'],
  ])('a wrong %s (%s) is named, its value is not repeated', (name, value) => {
    const refusal = refusalOf({ [name]: value });
    expect(refusal).toMatchObject({ code: 'CONFIG_INVALID', field: name });
    expect(refusal.message).toMatch(new RegExp(`^${name} (has to|is not valid)`));
    expect(JSON.stringify([refusal.message, refusal.remedy])).not.toContain('canary');
  });

  test('everything that is wrong is named at once', () => {
    const { message } = refusalOf({ CHANCERY_PORT: 'x', NATS_URL: 'y' });
    expect(message.split('; ').map((reason) => reason.split(' ')[0])).toEqual(['CHANCERY_PORT', 'NATS_URL']);
  });

  test('the search engine needs its key', () => {
    expect(refusalOf({ MEILISEARCH_URL: 'http://search:7700' }).field).toBe('MEILISEARCH_KEY');
  });

  test('vectors need a model and a level, and nothing of them stands without the address', () => {
    const url = { CHANCERY_EMBEDDING_URL: 'http://vectors:8080/embed' };
    const whole = { ...url, CHANCERY_EMBEDDING_MODEL: 'm', CHANCERY_EMBEDDING_LEVEL: 'RESTRICTED' };
    expect(readConfig({}).embedding).toBeUndefined();
    const { embedding } = readConfig(whole);
    expect(embedding).toEqual({
      url: 'http://vectors:8080/embed',
      key: undefined,
      model: 'm',
      level: 'RESTRICTED',
      questions: 'within-level',
    });
    expect(Object.isFrozen(embedding)).toBe(true);
    expect(readConfig({ ...whole, CHANCERY_EMBEDDING_QUESTIONS: 'all' }).embedding?.questions).toBe('all');
    expect(refusalOf({ ...whole, CHANCERY_EMBEDDING_LEVEL: '' }).field).toBe('CHANCERY_EMBEDDING_LEVEL');
    expect(refusalOf({ ...url, CHANCERY_EMBEDDING_LEVEL: 'SECRET' }).field).toBe('CHANCERY_EMBEDDING_MODEL');
    expect(refusalOf({ CHANCERY_EMBEDDING_KEY: 'canary' }).field).toBe('CHANCERY_EMBEDDING_URL');
    expect(refusalOf({ ...whole, CHANCERY_EMBEDDING_KEY: 'line\nbreak' }).field).toBe('CHANCERY_EMBEDDING_KEY');
    expect(refusalOf({ ...whole, CHANCERY_EMBEDDING_URL: 'ftp://vectors' }).field).toBe('CHANCERY_EMBEDDING_URL');
    expect(refusalOf({ ...whole, CHANCERY_EMBEDDING_QUESTIONS: 'canary' }).field).toBe('CHANCERY_EMBEDDING_QUESTIONS');
  });

  test('the schema may be asked for in development, or when the operator says so', () => {
    const of = (environment: Environment) => readConfig(environment).introspection;
    expect([of({ NODE_ENV: 'development' }), of({ CHANCERY_INTROSPECTION: 'on' }), of({ NODE_ENV: 'test' })]).toEqual([
      true,
      true,
      false,
    ]);
  });
});
