import type { Settings } from './scenario.js';

const full: Settings = {
  sizes: [2, 10, 100, 500, 1000],
  curve: [16, 64, 256, 1024, 4096],
  create: { milliseconds: 1000, least: 1, most: 20 },
  messages: { milliseconds: 3000, least: 3, most: 100 },
  cold: { milliseconds: 3000, least: 5, most: 20 },
  warm: { milliseconds: 2000, least: 5, most: 50 },
};

/** For a look in between: the sizes that goals name, and fewer repetitions. */
const quick: Settings = {
  sizes: [10, 100, 500],
  curve: [16, 64, 256],
  create: { milliseconds: 100, least: 1, most: 5 },
  messages: { milliseconds: 2000, least: 2, most: 50 },
  cold: { milliseconds: 1000, least: 3, most: 10 },
  warm: { milliseconds: 1000, least: 3, most: 20 },
};

/** In Chromium, where fewer peers can be measured, and less precisely. */
const fullChromium: Settings = {
  ...full,
  curve: [16, 64, 256],
  messages: { milliseconds: 2000, least: 3, most: 60 },
  cold: { milliseconds: 2000, least: 3, most: 10 },
  warm: { milliseconds: 2000, least: 5, most: 20 },
};

const quickChromium: Settings = { ...quick, sizes: [10, 100] };

export interface AllSettings {
  readonly node: Settings;
  readonly chromium: Settings;
}

export function settingsFor(args: readonly string[]): AllSettings {
  return args.includes('--quick') ? { node: quick, chromium: quickChromium } : { node: full, chromium: fullChromium };
}
