import { Agent, request } from 'node:http';

const agent = new Agent({ keepAlive: true, maxSockets: 256, noDelay: true });

/** One request over a kept connection; the same for the server and the floor. Rejects unless the status is 200. */
export function send(url: string, method: 'GET' | 'POST', body?: string, token?: string): Promise<string> {
  const headers = {
    'content-type': 'application/json',
    ...(body !== undefined && { 'content-length': String(Buffer.byteLength(body)) }),
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  };
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, agent, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        if (response.statusCode === 200) resolve(text);
        else reject(new Error(`${String(response.statusCode)}: ${text.slice(0, 300)}`));
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
