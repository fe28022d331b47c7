import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';

const PAGE = 'index.html';
const SERVICE_WORKER = 'sw.js';
const RELEASE = 'release.json';
/** A file as it goes over the line, beside the file. */
const COMPRESSED = '.br';
const QUALITY = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };
/** Stand in the service worker's source where the built files are to be named. */
const FILES_MARK = '__BUILT_FILES__';
const HASH_MARK = '__BUILT_HASH__';

const digestOf = (bytes) => createHash('sha256').update(bytes).digest('base64');

/** Every file that was built below the folder by its address on the server, in the order of the addresses. */
function addressesOf(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith(COMPRESSED))
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length).replaceAll(sep, '/'))
    .sort();
}

/** What the page starts with is refused by the browser unless it is what was built. */
function addIntegrity(folder) {
  const path = join(folder, PAGE);
  const page = readFileSync(path, 'utf8');
  const withIntegrity = page.replaceAll(
    /(<(?:script|link)\b[^>]*?(?:src|href)="(\/assets\/[^"]+)")/g,
    (tag, head, asset) => {
      return `${head} integrity="sha256-${digestOf(readFileSync(join(folder, asset)))}"`;
    },
  );
  writeFileSync(path, withIntegrity);
}

/** The service worker keeps these files, each only as it was built, and nothing else. */
function nameFiles(folder) {
  const path = join(folder, SERVICE_WORKER);
  const named = addressesOf(folder)
    .filter((address) => ![`/${SERVICE_WORKER}`, `/${RELEASE}`].includes(address))
    .map((address) => [address, `sha256-${digestOf(readFileSync(join(folder, address)))}`]);
  const source = readFileSync(path, 'utf8');
  if (!source.includes(FILES_MARK)) throw new Error('the service worker does not say where its files are named');
  const files = JSON.stringify(named);
  writeFileSync(path, source.replaceAll(FILES_MARK, files).replaceAll(HASH_MARK, JSON.stringify(digestOf(files))));
}

/** What was built, to be compared with what a server serves: `chancery web verify`. */
function writeRelease(folder) {
  const files = addressesOf(folder)
    .filter((address) => address !== `/${RELEASE}`)
    .map((address) => [address, digestOf(readFileSync(join(folder, address)))]);
  writeFileSync(join(folder, RELEASE), `${JSON.stringify({ files: Object.fromEntries(files) }, undefined, 1)}\n`);
}

/** A line of 64 kbit/s brings a third of the bytes, and the server compresses nothing twice. */
function compress(folder) {
  for (const address of addressesOf(folder)) {
    const path = join(folder, address);
    const bytes = readFileSync(path);
    const smaller = brotliCompressSync(bytes, QUALITY);
    if (smaller.length < bytes.length) writeFileSync(path + COMPRESSED, smaller);
  }
}

/** What draws the page; the entry asks for it once the worker has been started. */
const DRAWS = '/src/page.tsx';

/** All chunks that one needs from its beginning, itself among them. */
function chunksOf(bundle, name, found = new Set()) {
  if (found.has(name)) return found;
  found.add(name);
  for (const imported of bundle[name].imports) chunksOf(bundle, imported, found);
  return found;
}

/** What draws the page is fetched with the page, so that nothing waits for the entry to ask, and that its integrity is looked at. */
function fetchAtOnce(page, { bundle = {} }) {
  const drawing = Object.values(bundle).find(({ facadeModuleId }) => facadeModuleId?.endsWith(DRAWS));
  if (!drawing) return page;
  const names = [...chunksOf(bundle, drawing.fileName)];
  const styles = new Set(names.flatMap((name) => [...(bundle[name].viteMetadata?.importedCss ?? [])]));
  const linkTo = (rel) => (name) => ({
    tag: 'link',
    attrs: { rel, crossorigin: true, href: `/${name}` },
    injectTo: 'head',
  });
  return { html: page, tags: [...names.map(linkTo('modulepreload')), ...[...styles].map(linkTo('stylesheet'))] };
}

/** Makes a release of what Vite has written. */
export function release() {
  let folder;
  return {
    name: 'chancery-release',
    apply: 'build',
    configResolved({ build }) {
      folder = build.outDir;
    },
    transformIndexHtml: { order: 'post', handler: fetchAtOnce },
    // not when the bundle is closed, which comes after a failure too, and would hide what failed
    writeBundle() {
      addIntegrity(folder);
      nameFiles(folder);
      writeRelease(folder);
      compress(folder);
    },
  };
}
