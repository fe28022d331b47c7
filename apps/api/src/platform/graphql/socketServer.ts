import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

import { Injectable } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import type { FastifyInstance } from 'fastify';
import { handleProtocols, makeServer } from 'graphql-ws';
import type { Server } from 'graphql-ws';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';

import { AppConfig } from '../../config/index.js';
import { Log } from '../log/log.js';
import { Metrics } from '../metrics/metrics.js';
import { addressOf } from './address.js';
import { GRAPHQL_PATH, Gate } from './context.js';
import { limitRules } from './limits.js';
import { SubscriptionDocuments } from './operations.js';
import { SocketConnection } from './socketConnection.js';
import { socketOptions } from './socketOptions.js';
import type { SocketExtra } from './socketOptions.js';

const GOING_AWAY = 1001;
const TOO_MANY = 'HTTP/1.1 429 Too Many Requests\r\nConnection: close\r\nContent-Length: 0\r\n\r\n';
const NOT_FOUND = 'HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n';
const FORBIDDEN = 'HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n';

/**
 * Subscriptions over WebSocket (protocol graphql-transport-ws) on the server's own port: at most so many sockets an
 * address, messages of bounded size and number, nothing but subscriptions.
 */
@Injectable()
export class SocketServer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #sockets: WebSocketServer;
  readonly #perAddress = new Map<string, number>();
  #protocol: Server<SocketExtra> | undefined;

  constructor(
    private readonly config: AppConfig,
    private readonly host: HttpAdapterHost,
    private readonly schemas: GraphQLSchemaHost,
    private readonly gate: Gate,
    private readonly log: Log,
    metrics: Metrics,
  ) {
    this.#sockets = new WebSocketServer({
      noServer: true,
      maxPayload: config.limits.socketMessageBytes,
      perMessageDeflate: false, // compression beside secrets tells about them, and costs memory
      handleProtocols,
    });
    metrics.gauge('chancery_sockets', 'Open WebSockets', () => this.#sockets.clients.size);
  }

  onApplicationBootstrap(): void {
    const { schema } = this.schemas;
    const documents = new SubscriptionDocuments(schema, limitRules(this.config), this.config.limits.queryTokens);
    this.#protocol = makeServer(socketOptions(this.config, this.gate, documents, this.log));
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    fastify.server.on('upgrade', (request, stream, head) => {
      this.#upgrade(request, stream, head);
    });
  }

  async beforeApplicationShutdown(): Promise<void> {
    const clients = [...this.#sockets.clients];
    const closed = clients.map((client) => new Promise((resolve) => client.once('close', resolve)));
    for (const client of clients) client.close(GOING_AWAY, 'GOING_AWAY');
    const stop = setTimeout(() => {
      for (const client of clients) client.terminate();
    }, 1_000);
    await Promise.all(closed);
    clearTimeout(stop);
  }

  #upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    const address = addressOf(request, this.config.trustedProxies);
    const refusal = this.#refusalOf(request, address);
    if (refusal !== undefined) {
      stream.end(refusal);
      return;
    }
    this.#sockets.handleUpgrade(request, stream, head, (socket) => {
      this.#open(socket, stream, address);
    });
  }

  #refusalOf(request: IncomingMessage, address: string): string | undefined {
    if (request.url?.split('?')[0] !== GRAPHQL_PATH) return NOT_FOUND;
    if (!this.#isOwnOrigin(request)) return FORBIDDEN;
    const open = this.#perAddress.get(address) ?? 0;
    return open >= this.config.limits.socketsPerAddress ? TOO_MANY : undefined;
  }

  /** A page of another origin may not open sockets here; programs send no Origin. */
  #isOwnOrigin(request: IncomingMessage): boolean {
    const { origin, host } = request.headers;
    if (origin === undefined || origin === this.config.origin) return true;
    return URL.canParse(origin) && new URL(origin).host === host;
  }

  #open(socket: WebSocket, stream: Duplex, address: string): void {
    if (!this.#protocol) return;
    this.#perAddress.set(address, (this.#perAddress.get(address) ?? 0) + 1);
    socket.once('close', () => {
      this.#release(address);
    });
    const connection = new SocketConnection(socket, this.log);
    connection.serve(this.#protocol, { stream, address, requestId: randomUUID() });
  }

  #release(address: string): void {
    const rest = (this.#perAddress.get(address) ?? 1) - 1;
    if (rest > 0) this.#perAddress.set(address, rest);
    else this.#perAddress.delete(address);
  }
}
