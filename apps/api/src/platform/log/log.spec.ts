import { QueryFailedError } from 'typeorm';

import { describeError } from './log.js';

describe('what the log keeps of an error', () => {
  test('kind, code and place, never its text', () => {
    const driverError = Object.assign(new Error('canary in the detail'), { code: '23505' });
    const error = new QueryFailedError("INSERT INTO x VALUES ('canary')", ['canary'], driverError);
    const fields = describeError(error);
    expect(fields).toMatchObject({ error: 'QueryFailedError', code: '23505' });
    expect(fields['at']).toContain('log.spec.ts');
    expect(JSON.stringify(fields)).not.toContain('canary');
  });

  test('also when the text has several lines, or looks like a place', () => {
    const fields = describeError(new Error('first canary\nsecond canary\ncanary at here'));
    expect(JSON.stringify(fields)).not.toContain('canary');
  });

  test('what is thrown but is no error', () => {
    expect(describeError('canary')).toEqual({ error: 'string' });
  });
});
