import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

import { z } from 'zod';

import { Refusal } from '../platform/refusal.js';
import type { AppConfig, Limits } from './appConfig.js';

export type Environment = Readonly<Record<string, string | undefined>>;

const MIB = 1024 * 1024;

const count = (fallback: number, max = 1_000_000_000) =>
  z
    .string()
    .regex(/^[0-9]{1,10}$/, 'has to be a whole number')
    .transform(Number)
    .refine((value) => value >= 1 && value <= max, `has to be between 1 and ${String(max)}`)
    .default(fallback);

const port = z
  .string()
  .regex(/^[0-9]{1,5}$/, 'has to be a port number')
  .transform(Number)
  .refine((value) => value <= 65_535, 'has to be at most 65535')
  .default(4460);

const address = (...protocols: string[]) =>
  z.string().refine((value) => URL.canParse(value) && protocols.includes(new URL(value).protocol), {
    error: `has to be an address that begins with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
  });

const origin = address('http:', 'https:').refine((value) => new URL(value).origin === value, {
  error: 'has to be an origin: scheme, host and port, without a path or a final slash',
});

const proxies = z
  .string()
  .transform((value) => value.split(',').map((entry) => entry.trim()))
  .pipe(z.array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], 'has to be a list of IP addresses or ranges')))
  .default([]);

const variables = z.object({
  NODE_ENV: z.enum(['development', 'test', 'production']).default('production'),
  CHANCERY_HOST: z.string().min(1).default('127.0.0.1'),
  CHANCERY_PORT: port,
  CHANCERY_ORIGIN: origin.optional(),
  CHANCERY_DATA_FOLDER: z.string().min(1).optional(),
  CHANCERY_KEYS_FILE: z.string().min(1).optional(),
  CHANCERY_WEB_FOLDER: z.string().min(1).optional(),
  DATABASE_URL: address('postgres:', 'postgresql:').optional(),
  CHANCERY_DATABASE_POOL: count(16, 1000),
  NATS_URL: address('nats:', 'tls:').optional(),
  MEILISEARCH_URL: address('http:', 'https:').optional(),
  MEILISEARCH_KEY: z.string().min(1).optional(),
  CHANCERY_EMBEDDING_URL: address('http:', 'https:').optional(),
  CHANCERY_EMBEDDING_KEY: z
    .string()
    .regex(/^[\x21-\x7e]+$/, 'has to be visible ASCII characters')
    .optional(),
  CHANCERY_EMBEDDING_MODEL: z.string().min(1).optional(),
  CHANCERY_EMBEDDING_LEVEL: z.string().min(1).optional(),
  CHANCERY_EMBEDDING_QUESTIONS: z.enum(['within-level', 'all']).optional(),
  S3_ENDPOINT: address('http:', 'https:').optional(),
  S3_REGION: z.string().min(1).default('us-east-1'),
  S3_BUCKET: z.string().min(1).optional(),
  S3_ACCESS_KEY: z.string().min(1).optional(),
  S3_SECRET_KEY: z.string().min(1).optional(),
  CHANCERY_FOUNDING_TOKEN: z.string().min(16, 'has to have at least 16 characters').optional(),
  CHANCERY_LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('info'),
  CHANCERY_INTROSPECTION: z.enum(['on', 'off']).optional(),
  CHANCERY_TWO_OFFICERS_MINUTES: count(24 * 60, 30 * 24 * 60),
  CHANCERY_NEW_OFFICER_MINUTES: count(24 * 60, 30 * 24 * 60),
  CHANCERY_TRUSTED_PROXIES: proxies,
  CHANCERY_LIMIT_BODY_BYTES: count(4 * MIB, 64 * MIB),
  CHANCERY_LIMIT_SOCKET_MESSAGE_BYTES: count(64 * 1024, 4 * MIB),
  CHANCERY_LIMIT_SOCKETS_PER_ADDRESS: count(2000),
  CHANCERY_LIMIT_SUBSCRIPTIONS_PER_SOCKET: count(8, 1000),
  CHANCERY_LIMIT_PUBLIC_PER_MINUTE: count(600),
  CHANCERY_LIMIT_DEVICE_PER_MINUTE: count(6000),
  CHANCERY_LIMIT_QUERY_DEPTH: count(10, 100),
  CHANCERY_LIMIT_QUERY_COST: count(5000),
  CHANCERY_LIMIT_QUERY_ALIASES: count(15, 1000),
  CHANCERY_LIMIT_QUERY_DIRECTIVES: count(20, 1000),
  CHANCERY_LIMIT_QUERY_TOKENS: count(1500, 100_000),
  CHANCERY_LIMIT_ATTACHMENT_MIB_PER_PERSON: count(20 * 1024),
  CHANCERY_LIMIT_ATTACHMENT_MIB: count(1024 * 1024),
  CHANCERY_LIMIT_ORIGINAL_MIB_PER_PERSON: count(200 * 1024),
  CHANCERY_LIMIT_ORIGINAL_MIB: count(1024 * 1024),
});

const S3_VARIABLES = ['S3_BUCKET', 'S3_ACCESS_KEY', 'S3_SECRET_KEY'] as const;

const EMBEDDING_NEEDS = ['CHANCERY_EMBEDDING_MODEL', 'CHANCERY_EMBEDDING_LEVEL'] as const;
const EMBEDDING_TAKES = ['CHANCERY_EMBEDDING_KEY', 'CHANCERY_EMBEDDING_QUESTIONS', ...EMBEDDING_NEEDS] as const;

type Variables = z.infer<typeof variables>;

const checked = variables
  .refine((v) => (v.MEILISEARCH_URL === undefined) === (v.MEILISEARCH_KEY === undefined), {
    path: ['MEILISEARCH_KEY'],
    error: 'has to be set together with MEILISEARCH_URL',
  })
  .refine((v) => S3_VARIABLES.every((name) => (v[name] === undefined) === (v.S3_ENDPOINT === undefined)), {
    path: ['S3_ENDPOINT'],
    error: `has to be set together with ${S3_VARIABLES.join(', ')}`,
  })
  .superRefine((v, context) => {
    const isOn = v.CHANCERY_EMBEDDING_URL !== undefined;
    for (const name of isOn ? EMBEDDING_NEEDS.filter((needed) => v[needed] === undefined) : []) {
      context.addIssue({ code: 'custom', path: [name], message: 'has to be set together with CHANCERY_EMBEDDING_URL' });
    }
    const stray = isOn ? undefined : EMBEDDING_TAKES.find((taken) => v[taken] !== undefined);
    if (stray !== undefined) {
      const message = `has to be set together with ${stray}`;
      context.addIssue({ code: 'custom', path: ['CHANCERY_EMBEDDING_URL'], message });
    }
  });

/**
 * Reads the configuration from environment variables; an empty variable counts as absent.
 * Throws CONFIG_INVALID, which names every variable at fault and never a value.
 */
export function readConfig(environment: Environment): AppConfig {
  const present = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const result = checked.safeParse(present);
  if (!result.success) throw invalid(result.error.issues);
  return freeze(toConfig(result.data, environment));
}

function invalid(issues: readonly z.core.$ZodIssue[]): Refusal {
  const variable = (issue: z.core.$ZodIssue) => String(issue.path[0]);
  const reasons = issues.map((issue) => `${variable(issue)} ${reasonOf(issue)}`);
  const [first] = issues.map(variable);
  return new Refusal('CONFIG_INVALID', reasons.join('; '), first === undefined ? {} : { field: first });
}

/** Our own words for what zod found; zod's may repeat the value. */
function reasonOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_value') return `has to be one of: ${issue.values.join(', ')}`;
  if (issue.code === 'too_small' && issue.message.startsWith('Too small')) return 'must not be empty';
  return issue.message.startsWith('has to') ? issue.message : 'is not valid';
}

function toConfig(v: Variables, environment: Environment): AppConfig {
  return {
    environment: v.NODE_ENV,
    host: v.CHANCERY_HOST,
    port: v.CHANCERY_PORT,
    origin: v.CHANCERY_ORIGIN,
    dataFolder: resolve(v.CHANCERY_DATA_FOLDER ?? defaultDataFolder(environment)),
    keysFile: v.CHANCERY_KEYS_FILE === undefined ? undefined : resolve(v.CHANCERY_KEYS_FILE),
    webFolder: v.CHANCERY_WEB_FOLDER === undefined ? undefined : resolve(v.CHANCERY_WEB_FOLDER),
    databaseUrl: v.DATABASE_URL,
    databasePool: v.CHANCERY_DATABASE_POOL,
    natsUrl: v.NATS_URL,
    meilisearch: toMeilisearch(v),
    embedding: toEmbedding(v),
    blobs: toBlobs(v),
    foundingToken: v.CHANCERY_FOUNDING_TOKEN,
    logLevel: v.CHANCERY_LOG_LEVEL,
    introspection: v.CHANCERY_INTROSPECTION ? v.CHANCERY_INTROSPECTION === 'on' : v.NODE_ENV === 'development',
    twoOfficersMinutes: v.CHANCERY_TWO_OFFICERS_MINUTES,
    newOfficerMinutes: v.CHANCERY_NEW_OFFICER_MINUTES,
    trustedProxies: v.CHANCERY_TRUSTED_PROXIES,
    limits: toLimits(v),
  };
}

function toMeilisearch(v: Variables): AppConfig['meilisearch'] {
  if (v.MEILISEARCH_URL === undefined || v.MEILISEARCH_KEY === undefined) return undefined;
  return { url: v.MEILISEARCH_URL, key: v.MEILISEARCH_KEY };
}

function toEmbedding(v: Variables): AppConfig['embedding'] {
  const { CHANCERY_EMBEDDING_URL: url, CHANCERY_EMBEDDING_MODEL: model, CHANCERY_EMBEDDING_LEVEL: level } = v;
  if (url === undefined || model === undefined || level === undefined) return undefined;
  const questions = v.CHANCERY_EMBEDDING_QUESTIONS ?? 'within-level';
  return { url, key: v.CHANCERY_EMBEDDING_KEY, model, level, questions };
}

function toBlobs(v: Variables): AppConfig['blobs'] {
  const { S3_ENDPOINT: endpoint, S3_BUCKET: bucket, S3_ACCESS_KEY: accessKey, S3_SECRET_KEY: secretKey } = v;
  if (endpoint === undefined || bucket === undefined || accessKey === undefined || secretKey === undefined)
    return undefined;
  return { endpoint, region: v.S3_REGION, bucket, accessKey, secretKey };
}

function toLimits(v: Variables): Limits {
  return {
    bodyBytes: v.CHANCERY_LIMIT_BODY_BYTES,
    socketMessageBytes: v.CHANCERY_LIMIT_SOCKET_MESSAGE_BYTES,
    socketsPerAddress: v.CHANCERY_LIMIT_SOCKETS_PER_ADDRESS,
    subscriptionsPerSocket: v.CHANCERY_LIMIT_SUBSCRIPTIONS_PER_SOCKET,
    publicPerMinute: v.CHANCERY_LIMIT_PUBLIC_PER_MINUTE,
    devicePerMinute: v.CHANCERY_LIMIT_DEVICE_PER_MINUTE,
    queryDepth: v.CHANCERY_LIMIT_QUERY_DEPTH,
    queryCost: v.CHANCERY_LIMIT_QUERY_COST,
    queryAliases: v.CHANCERY_LIMIT_QUERY_ALIASES,
    queryDirectives: v.CHANCERY_LIMIT_QUERY_DIRECTIVES,
    queryTokens: v.CHANCERY_LIMIT_QUERY_TOKENS,
    attachmentMibPerPerson: v.CHANCERY_LIMIT_ATTACHMENT_MIB_PER_PERSON,
    attachmentMib: v.CHANCERY_LIMIT_ATTACHMENT_MIB,
    originalMibPerPerson: v.CHANCERY_LIMIT_ORIGINAL_MIB_PER_PERSON,
    originalMib: v.CHANCERY_LIMIT_ORIGINAL_MIB,
  };
}

/** Root's home is closed to the account that the embedded database runs under, so root keeps its data in /var/lib. */
function defaultDataFolder(environment: Environment): string {
  if (process.getuid?.() === 0) return '/var/lib/chancery';
  return join(environment['XDG_DATA_HOME'] ?? join(environment['HOME'] ?? homedir(), '.local', 'share'), 'chancery');
}

function freeze(config: AppConfig): AppConfig {
  Object.freeze(config.limits);
  Object.freeze(config.meilisearch);
  Object.freeze(config.embedding);
  Object.freeze(config.blobs);
  Object.freeze(config.trustedProxies);
  return Object.freeze(config);
}
