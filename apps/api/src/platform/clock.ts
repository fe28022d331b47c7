import { Injectable } from '@nestjs/common';

/** The time, as a port, so that tests can move it. */
@Injectable()
export class Clock {
  now(): Date {
    return new Date();
  }
}
