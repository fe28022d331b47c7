import { launchLocalMeilisearch } from './meilisearch.js';
import type { LocalMeilisearch } from './meilisearch.js';
import { describeWith } from './requirements.js';

/** A search engine that tests run with. */
export interface Engine {
  /** As an answer of `search` names it. */
  readonly name: 'postgres' | 'meilisearch';
  /** What a server is started with to use it; known from the first `beforeAll` on. */
  readonly environment: () => Record<string, string>;
}

/** Meilisearch, and where it listens. */
interface Meilisearch extends Engine {
  readonly server: () => LocalMeilisearch;
}

/** Tests with the engine that every server has. */
export function describePostgres(title: string, tests: (engine: Engine) => void): void {
  describe(nameOf(title, 'PostgreSQL'), () => {
    tests({ name: 'postgres', environment: () => ({}) });
  });
}

/** Tests with a Meilisearch of their own, where the machine has one. */
export function describeMeilisearch(title: string, tests: (engine: Meilisearch) => void): void {
  describeWith('meilisearch', nameOf(title, 'Meilisearch'), () => {
    let launched: LocalMeilisearch | undefined;

    beforeAll(async () => {
      launched = await launchLocalMeilisearch();
    });

    const server = (): LocalMeilisearch => {
      if (!launched) throw new Error('Meilisearch is launched before the first test');
      return launched;
    };
    const environment = () => ({ MEILISEARCH_URL: server().url, MEILISEARCH_KEY: server().key });
    tests({ name: 'meilisearch', environment, server });

    // after the servers that use it, which the tests stop
    afterAll(async () => {
      await launched?.stop();
    });
  });
}

/** What every engine has to do alike. */
export function describeEachEngine(title: string, tests: (engine: Engine) => void): void {
  describePostgres(title, tests);
  describeMeilisearch(title, tests);
}

const nameOf = (title: string, engine: string): string => (title === '' ? engine : `${title}: ${engine}`);
