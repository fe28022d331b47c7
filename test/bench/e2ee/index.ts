import { isChromiumThere, measureInChromium } from './browser/index.js';
import type { Findings, Say } from './contract.js';
import { goalsOf } from './goals.js';
import { measureInNode } from './node.js';
import { notesFor } from './notes.js';
import { printTables, rounded } from './report.js';
import { settingsFor } from './settings.js';

/**
 * Compares `#mls` with other implementations on this machine, in Node and in Chromium: `--quick` for a shorter run,
 * `--node` or `--chromium` for one of the two, `--json` for JSON only.
 */
export async function run(args: readonly string[]): Promise<void> {
  const startedAt = performance.now();
  const settings = settingsFor(args);
  const findings: Findings[] = [];
  if (!args.includes('--chromium')) findings.push(await measureInNode(settings.node, say));
  if (!args.includes('--node') && isChromiumThere()) findings.push(await measureInChromium(settings.chromium, say));
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  const report = { findings: findings.map(rounded), goals: findings.flatMap(goalsOf), notes: notesFor(), seconds };
  if (!args.includes('--json')) printTables(report);
  process.stdout.write(`${JSON.stringify(report)}\n`);
}

/** With the seconds since the start. */
const say: Say = (what) => {
  process.stderr.write(`${(performance.now() / 1000).toFixed(0).padStart(4)} s  ${what}\n`);
};
