// Runs dependency-cruiser over each folder that is named, in one process: starting the tool costs more than its work.
// Prints one line of JSON a folder: `[{ rule, from, to }]`.
import { join } from 'node:path';

import { cruise } from 'dependency-cruiser';
import extractOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';

for (const folder of process.argv.slice(2)) {
  process.chdir(folder);
  const options = await extractOptions(join(folder, '.dependency-cruiser.cjs'));
  const tsConfig = extractTSConfig(join(folder, 'tsconfig.json'));
  const { output } = await cruise(['apps', 'libs', 'test'], { ...options, baseDir: folder }, {}, { tsConfig });
  const violations = output.summary.violations.map(({ rule, from, to }) => ({ rule: rule.name, from, to }));
  process.stdout.write(`${JSON.stringify(violations)}\n`);
}
