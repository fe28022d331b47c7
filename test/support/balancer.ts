import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

/** What stands before instances of a server and keeps their one address: every connection goes to the first that takes it. */
export class Balancer {
  readonly #sockets = new Set<Socket>();
  readonly #server: Server = createServer((client) => {
    this.#bridge(client, [...this.ports]);
  });
  /** In the order in which they are tried. */
  ports: readonly number[] = [];

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  /** From now on to this instance only. */
  turnTo(...ports: readonly number[]): void {
    this.ports = ports;
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.turnTo();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #bridge(client: Socket, [port, ...others]: readonly number[]): void {
    this.#keep(client);
    if (port === undefined) {
      client.destroy();
      return;
    }
    const server = connect(port, '127.0.0.1');
    this.#keep(server);
    let isUp = false;
    server.once('connect', () => {
      isUp = true;
      client.pipe(server).pipe(client);
    });
    server.once('close', () => {
      if (isUp) client.destroy();
      else this.#bridge(client, others);
    });
    client.once('close', () => server.destroy());
  }

  #keep(socket: Socket): void {
    if (this.#sockets.has(socket)) return;
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => this.#sockets.delete(socket));
  }
}
