import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { ready } from '#primitives';

import { sharedData } from '../support/data.js';
import { describeWith } from '../support/requirements.js';
import { cryptoBasics, keySchedule, pskSecretEntry, secretTree, transcriptHashes } from './crypto.js';
import { deserialization, messages } from './encoding.js';
import type { Handler, Skipped } from './handler.js';
import { passiveClient } from './passive.js';
import { messageProtection, treeKem, welcome } from './protocol.js';
import { treeMath, treeOperations, treeValidation } from './tree.js';

/** The files of the MLS working group's test-vectors.md, each with what checks one of its entries. */
const handlers: Record<string, Handler> = {
  'crypto-basics.json': cryptoBasics,
  'deserialization.json': deserialization,
  'key-schedule.json': keySchedule,
  'message-protection.json': messageProtection,
  'messages.json': messages,
  'passive-client-handling-commit.json': passiveClient,
  'passive-client-random.json': passiveClient,
  'passive-client-welcome.json': passiveClient,
  'psk_secret.json': pskSecretEntry,
  'secret-tree.json': secretTree,
  'transcript-hashes.json': transcriptHashes,
  'tree-math.json': treeMath,
  'tree-operations.json': treeOperations,
  'tree-validation.json': treeValidation,
  'treekem.json': treeKem,
  'welcome.json': welcome,
};

const folder = process.env['MLS_VECTORS_DIR'] ?? sharedData('mls-vectors');

if (folder === undefined) {
  describeWith('data', 'MLS test vectors', () => {
    test('stand in MLS_VECTORS_DIR or beside the repository', () => {
      expect(folder).toBeDefined();
    });
  });
} else {
  beforeAll(ready);
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  test.each(files)('%s', (file) => {
    checkFile(join(folder, file), file);
  });
}

function checkFile(path: string, file: string): void {
  const handler = handlers[file];
  if (handler === undefined)
    throw new Error(`${file} is no known vector file; known are ${Object.keys(handlers).join(', ')}`);
  const entries = JSON.parse(readFileSync(path, 'utf8')) as never[];
  const results = entries.map((entry) => attempt(handler, entry));
  const failures = results.flatMap((result, i) =>
    result.error === undefined ? [] : [`entry ${String(i)}: ${result.error}`],
  );
  report(file, results, failures.length);
  if (failures.length > 0)
    throw new Error(`${file}: ${String(failures.length)} failed\n${failures.slice(0, 5).join('\n')}`);
}

interface Result {
  readonly skipped: Skipped;
  readonly error: string | undefined;
}

function attempt(handler: Handler, entry: never): Result {
  try {
    return { skipped: handler(entry), error: undefined };
  } catch (error) {
    return { skipped: undefined, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

/** `file: passed/total`, where the total leaves out what was skipped, and why it was. */
function report(file: string, results: readonly Result[], failed: number): void {
  const reasons = new Map<string, number>();
  for (const { skipped } of results) if (skipped !== undefined) reasons.set(skipped, (reasons.get(skipped) ?? 0) + 1);
  const skipped = results.filter((result) => result.skipped !== undefined).length;
  const total = results.length - skipped;
  const why = [...reasons].map(([reason, count]) => `${String(count)} ${reason}`).join(', ');
  process.stdout.write(
    `${file}: ${String(total - failed)}/${String(total)}${why === '' ? '' : ` (skipped: ${why})`}\n`,
  );
}
