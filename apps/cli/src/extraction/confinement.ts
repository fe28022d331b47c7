import { packagePath } from '../root.js';

/** What one file may cost; a worker that goes beyond is killed, and the next file gets a new one. */
export interface ExtractionLimits {
  /** Size of a file. */
  readonly fileBytes: number;
  /** Resident memory of the worker. */
  readonly memoryBytes: number;
  /** Time that the worker takes, without the time that the parent takes for its answers. */
  readonly milliseconds: number;
  /** Answers about one file, and one of them. */
  readonly outputBytes: number;
  readonly answerBytes: number;
  /** Files after which a worker is replaced. */
  readonly files: number;
}

const MIB = 1024 * 1024;

export const EXTRACTION_LIMITS: ExtractionLimits = {
  fileBytes: 64 * MIB,
  memoryBytes: 288 * MIB,
  milliseconds: 60_000,
  outputBytes: 128 * MIB,
  answerBytes: 32 * MIB,
  files: 500,
};

/** Reading text off pictures takes more of both. */
export const RECOGNITION_LIMITS: ExtractionLimits = {
  ...EXTRACTION_LIMITS,
  memoryBytes: 1024 * MIB,
  milliseconds: 30 * 60_000,
};

/** Part of the memory that JavaScript objects may take; the rest is for the files themselves and the program. */
const HEAP_SHARE = 0.75;

/** Node says so since 20 by one flag or the other. */
const PERMISSION = process.allowedNodeEnvironmentFlags.has('--permission')
  ? '--permission'
  : '--experimental-permission';

/** The program that the worker runs and nothing else; `dist` is where it is compiled to. */
function readable(dist: string): string[] {
  return [
    packagePath('package.json'),
    packagePath('node_modules', '*'),
    ...['apps/cli/src/extraction', 'libs/ingest', 'libs/policy', 'libs/text'].map((folder) => `${dist}/${folder}/*`),
  ];
}

/**
 * Arguments for node that confine a program to its own code: no file but that code is readable and none writable, no
 * child processes, threads, addons or internal bindings, no code out of strings, a bounded heap.
 */
export function confinedArguments(program: string, dist: string, { memoryBytes }: ExtractionLimits): string[] {
  return [
    PERMISSION,
    ...readable(dist).map((path) => `--allow-fs-read=${path}`),
    '--no-warnings',
    '--disallow-code-generation-from-strings',
    `--max-old-space-size=${Math.floor((memoryBytes * HEAP_SHARE) / MIB)}`,
    program,
  ];
}
