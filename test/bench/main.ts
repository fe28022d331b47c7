/**
 * `npm run bench -- NAME [--json]`: runs one benchmark, prints its tables and then one JSON object; --json prints only
 * that. `api --profile` and `search --profile` leave a CPU profile of the server in the system's folder for temporary files; `e2ee --quick`
 * takes a third of the time, `e2ee --node` or `--chromium` measures on one platform. `import` and `search` take `--documents N`, `search` also `--engine
 * postgres|meilisearch` and `--chart FILE`, where it draws its curve as SVG. `web` needs Chromium and the client that `npm run build` makes, and takes
 * `--messages N`, `--repeats N` and `--quick`.
 */
const BENCHES: Readonly<Record<string, () => Promise<{ run(args: readonly string[]): Promise<void> }>>> = {
  api: () => import('./api/index.js'),
  attachments: () => import('./attachments/index.js'),
  campaign: () => import('./campaign/index.js'),
  e2ee: () => import('./e2ee/index.js'),
  history: () => import('./history/index.js'),
  devices: () => import('./devices/index.js'),
  import: () => import('./import/index.js'),
  log: () => import('./log/index.js'),
  search: () => import('./search/index.js'),
  web: () => import('./web/index.js'),
};

const [name = '', ...args] = process.argv.slice(2);
const load = BENCHES[name];
if (load) {
  const bench = await load();
  await bench.run(args);
} else {
  process.stderr.write(`usage: npm run bench -- ${Object.keys(BENCHES).join('|')} [--json]\n`);
  process.exitCode = 2;
}
