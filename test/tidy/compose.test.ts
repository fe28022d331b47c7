import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { parse } from 'yaml';

import { readConfig } from '../../apps/api/src/config/index.js';
import { root } from './run.js';

interface Service {
  readonly image?: string;
  readonly build?: { readonly dockerfile: string };
  readonly environment?: Record<string, string>;
  readonly depends_on?: Record<string, unknown> | string[];
  readonly ports?: string[];
}

const compose = parse(readFileSync(join(root, 'docker-compose.yml'), 'utf8'), { merge: true }) as {
  services: Record<string, Service>;
};
const example = readFileSync(join(root, '.env.example'), 'utf8');

const operator: Record<string, string> = {
  CHANCERY_ORIGIN: 'https://chancery.example.org',
  CHANCERY_FOUNDING_TOKEN: 'a founding token of thirty-two characters',
  POSTGRES_PASSWORD: 'database-password',
  NATS_PASSWORD: 'nats-password',
  MEILISEARCH_KEY: 'search-engine-master-key',
  S3_ACCESS_KEY: 'access',
  S3_SECRET_KEY: 'secret',
};

/** What compose puts in place of `${NAME:?message}`. */
function fill(text: string): string {
  return text.replace(/\$\{([A-Z0-9_]+)(?::\?[^}]*)?\}/g, (_, name: string) => operator[name] ?? `missing ${name}`);
}

function environmentOf(service: string): Record<string, string> {
  const entries = Object.entries(compose.services[service]?.environment ?? {});
  return Object.fromEntries(entries.map(([name, value]) => [name, fill(value)]));
}

describe('docker-compose.yml', () => {
  test('runs two instances of the server, everything that they share, and a proxy before them', () => {
    expect(Object.keys(compose.services).sort()).toEqual([
      'api-1',
      'api-2',
      'meilisearch',
      'nats',
      'postgres',
      'proxy',
      's3',
    ]);
    expect(compose.services['api-1']).toEqual(compose.services['api-2']);
  });

  test.each(['api-1', 'api-2'])(
    'sets a configuration that %s accepts, with every shared part outside the process',
    (name) => {
      const config = readConfig(environmentOf(name));
      expect(config).toMatchObject({
        environment: 'production',
        origin: 'https://chancery.example.org',
        databaseUrl: 'postgres://chancery:database-password@postgres:5432/chancery',
        natsUrl: 'nats://chancery:nats-password@nats:4222',
        meilisearch: { url: 'http://meilisearch:7700' },
        blobs: { endpoint: 'http://s3:8333', bucket: 'chancery' },
        trustedProxies: ['172.31.44.0/24'],
      });
    },
  );

  test('only the proxy is reachable from outside', () => {
    const open = Object.entries(compose.services).filter(([, { ports }]) => ports !== undefined);
    expect(open.map(([name]) => name)).toEqual(['proxy']);
  });

  test('every secret comes from the operator, none stands in the file', () => {
    const named = [...JSON.stringify(compose.services).matchAll(/\$\{([A-Z0-9_]+)/g)].map((match) => match[1] ?? '');
    expect(named.filter((name) => !example.includes(`${name}=`))).toEqual([]);
    expect(Object.keys(operator).filter((name) => !example.includes(`${name}=`))).toEqual([]);
  });

  test('images are pinned to a version', () => {
    const images = Object.values(compose.services).flatMap(({ image }) => image ?? []);
    expect(images.filter((image) => !/:[v]?\d/.test(image))).toEqual([]);
  });
});
