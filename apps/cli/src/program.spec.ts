import type { Command } from 'commander';
import pc from 'picocolors';

import { chancery, run } from './program.js';

interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function say(...argv: string[]): Promise<Said> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await run(argv, {
    width: 100,
    interactive: false,
    colours: pc.createColors(false),
    out: (line) => void out.push(line),
    err: (line) => void err.push(line),
  });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

const silent = {
  width: 100,
  interactive: false,
  colours: pc.createColors(false),
  out: () => undefined,
  err: () => undefined,
};

/** Every command that does something, by the words that call it. */
function leaves(command: Command, path: string[] = []): string[][] {
  if (command.commands.length === 0) return [path];
  return command.commands.flatMap((subcommand) => leaves(subcommand, [...path, subcommand.name()]));
}

const commands = leaves(chancery(silent));

describe('the help', () => {
  test('names every command', async () => {
    const { code, out } = await say('--help');
    expect(code).toBe(0);
    for (const name of 'serve found invite enrol whoami people converse send read watch collection import search open evaluate demo revoke post roles'.split(
      ' ',
    )) {
      expect(out).toMatch(new RegExp(`^ {2}${name}\\b`, 'mu'));
    }
  });

  test.each(commands.map((path) => [path.join(' '), path] as const))(
    'of "%s" explains it with an example, on stdout',
    async (name, path) => {
      const { code, out, err } = await say(...path, '--help');
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(out).toContain(`Usage: chancery ${name}`);
      expect(out).toContain('--json');
      expect(out).toMatch(new RegExp(`Examples?:\\n {2}\\$ chancery ${name}\\b`, 'u'));
    },
  );

  test('comes up when a family of commands is called without one of them', async () => {
    const { code, err } = await say('converse');
    expect(code).toBe(2);
    expect(err).toContain('create');
  });
});

describe('a command line with a mistake', () => {
  test.each([
    [['sned'], "unknown command 'sned'"],
    [['send'], "missing required argument 'conversation'"],
    [['converse', 'create', 'x', '--with', 'y'], "required option '--label <marking>' not specified"],
    [['send', 'x', 'y', '--precedence', 'now'], 'one of: routine, priority, immediate, flash'],
    [['found', '--argon2-mib', '8'], 'whole number from 64 to 4096'],
    [['read', 'x', '--limit', '0'], 'whole number from 1 to 500'],
  ])('%j is refused with exit code 2 and a code', async (argv, words) => {
    const { code, out, err } = await say(...argv);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toContain(words);
    expect(err).toContain('[USAGE]');
  });

  test('is told as JSON where JSON was asked for', async () => {
    const { code, out, err } = await say('read', '--json');
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(JSON.parse(err)).toMatchObject({ error: { code: 'USAGE', remedy: expect.any(String) as string } });
  });
});
