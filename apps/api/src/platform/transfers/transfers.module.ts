import { Module } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';

import { ATTACHMENT_PIECE_TYPE } from '#contracts';

import { PieceBudget } from './pieceBudget.js';

/** What is too large for GraphQL comes and goes in pieces by plain HTTP. */
@Module({ providers: [PieceBudget], exports: [PieceBudget] })
export class TransfersModule implements OnModuleInit {
  constructor(private readonly host: HttpAdapterHost) {}

  /** Pieces stay streams until their sender is known. */
  onModuleInit(): void {
    const http = this.host.httpAdapter.getInstance<FastifyInstance>();
    http.addContentTypeParser(ATTACHMENT_PIECE_TYPE, (_request, body, done) => {
      done(null, body);
    });
  }
}
