import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** How a browser says in its first request who it is. */
const BROWSER = /^user-agent:.*Chrome\//imu;

/** Everything that went over the line, headers and sockets with it, without what TCP adds. */
export interface Traffic {
  /** Bytes from browsers to the server. */
  readonly sent: number;
  /** Bytes from the server to browsers. */
  readonly received: number;
}

/** Stands on 127.0.0.1 between everybody and the real server, passes on what comes as it comes, and counts the bytes of browsers. */
export class CountedLine {
  private port = 0;
  private target = 0;
  private sent = 0;
  private received = 0;
  private isCut = false;
  private readonly open = new Set<Socket>();
  private readonly server = createServer((client) => {
    this.join(client);
  });

  /** What devices take for the server's origin. */
  get url(): string {
    return `http://127.0.0.1:${String(this.port)}`;
  }

  /** Since the line was opened. */
  get traffic(): Traffic {
    return { sent: this.sent, received: this.received };
  }

  static async listen(): Promise<CountedLine> {
    const line = new CountedLine();
    line.server.listen(0, '127.0.0.1');
    await once(line.server, 'listening');
    ({ port: line.port } = line.server.address() as AddressInfo);
    return line;
  }

  /** @param port of the real server */
  leadTo(port: number): void {
    this.target = port;
  }

  /** Nothing comes through until it is mended. */
  cut(): void {
    this.isCut = true;
    for (const socket of this.open) socket.destroy();
  }

  mend(): void {
    this.isCut = false;
  }

  async close(): Promise<void> {
    for (const socket of this.open) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  private join(client: Socket): void {
    if (this.isCut) {
      client.destroy();
      return;
    }
    const server = connect(this.target, '127.0.0.1');
    let isBrowser: boolean | undefined;
    client.on('data', (bytes) => {
      isBrowser ??= BROWSER.test(bytes.toString('latin1'));
      if (isBrowser) this.sent += bytes.length;
    });
    server.on('data', (bytes) => {
      if (isBrowser === true) this.received += bytes.length;
    });
    client.pipe(server).pipe(client);
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.open.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        this.open.delete(one);
        other.destroy();
      });
    }
  }
}

/** What went over the line between two looks. */
export function trafficSince(before: Traffic, now: Traffic): Traffic {
  return { sent: now.sent - before.sent, received: now.received - before.received };
}
