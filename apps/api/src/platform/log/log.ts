import { Injectable } from '@nestjs/common';
import type { LoggerService } from '@nestjs/common';
import { pino } from 'pino';
import type { Logger } from 'pino';

import { AppConfig } from '../../config/index.js';

/** What a line of the log may hold: identifiers, codes and numbers. Never content, names, tokens or variables. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

const MAX_FRAMES = 8;

/** The structured log of this instance: one JSON object a line on standard error. */
@Injectable()
export class Log {
  readonly #logger: Logger;

  constructor(config: AppConfig) {
    const options = { level: config.logLevel, base: null, timestamp: pino.stdTimeFunctions.isoTime };
    this.#logger = pino(options, pino.destination({ dest: 2, sync: true }));
  }

  debug(event: string, fields: LogFields = {}): void {
    this.#logger.debug({ event, ...fields });
  }

  info(event: string, fields: LogFields = {}): void {
    this.#logger.info({ event, ...fields });
  }

  warn(event: string, fields: LogFields = {}): void {
    this.#logger.warn({ event, ...fields });
  }

  /** Logs what is known of an unexpected error without its text, which may repeat what people wrote. */
  error(event: string, error: unknown, fields: LogFields = {}): void {
    this.#logger.error({ event, ...fields, ...describeError(error) });
  }
}

/** Kind, code and place of an error. */
export function describeError(error: unknown): LogFields {
  if (!(error instanceof Error)) return { error: typeof error };
  const { code } = error as { code?: unknown };
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  const at = frames.slice(0, MAX_FRAMES).map((frame) => frame.trim());
  return { error: error.name, code: typeof code === 'string' ? code : undefined, at: at.join(' < ') };
}

/** Takes the framework's messages: its warnings and errors reach the log without their text, the rest is dropped. */
export class FrameworkLog implements LoggerService {
  constructor(private readonly sink: Log) {}

  log(): void {
    // what the framework tells at start helps nobody who operates the server
  }

  warn(message: unknown, ...details: unknown[]): void {
    this.sink.warn('framework.warning', { context: contextOf(details), ...fieldsOf(message) });
  }

  error(message: unknown, ...details: unknown[]): void {
    this.sink.error('framework.error', message, { context: contextOf(details), ...fieldsOf(message) });
  }

  fatal(message: unknown, ...details: unknown[]): void {
    this.error(message, ...details);
  }
}

/** The framework passes the name of the class that logs as the last detail. */
function contextOf(details: readonly unknown[]): string | undefined {
  const context = details.at(-1);
  return typeof context === 'string' && /^\w{1,64}$/.test(context) ? context : undefined;
}

/** Our own modules log `{ event, code }` through the framework. */
function fieldsOf(message: unknown): LogFields {
  if (typeof message !== 'object' || message === null || message instanceof Error) return {};
  const { event, code } = message as { event?: unknown; code?: unknown };
  const textOf = (value: unknown) => (typeof value === 'string' ? value : undefined);
  return { event: textOf(event) ?? 'framework', code: textOf(code) };
}
