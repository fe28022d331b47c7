import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname } from 'node:path';

const html = '<!doctype html><meta charset="utf-8"><title>bench</title><script type="module" src="/page.js"></script>';
const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
  '.html': 'text/html',
};

/**
 * Serves the page, its scripts and these files by address on 127.0.0.1. Isolated from other origins, a page has a clock
 * of 5 microseconds instead of 100.
 */
export async function serve(
  scripts: ReadonlyMap<string, string>,
  files: ReadonlyMap<string, string>,
): Promise<{ readonly address: string; readonly stop: () => Promise<void> }> {
  const server = createServer((request, response) => {
    void answer(request.url ?? '/', response);
  });
  const answer = async (path: string, response: ServerResponse) => {
    const file = files.get(path);
    const body = path === '/' ? html : (scripts.get(path.slice(1)) ?? (file && (await readFile(file))));
    response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
    response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
    response.setHeader('Content-Type', types[path === '/' ? '.html' : extname(path)] ?? 'application/octet-stream');
    response.writeHead(body === undefined ? 404 : 200).end(body);
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${String(port)}/`,
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
