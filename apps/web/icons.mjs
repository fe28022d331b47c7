// Draws the icons of the installed client from the seal: `node apps/web/icons.mjs`, when the seal has changed.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { chromium } from 'playwright-core';

const folder = join(import.meta.dirname, 'public');
const seal = readFileSync(join(folder, 'seal.svg'), 'utf8');
/** On a maskable icon the system cuts the edges off: colour to the edge, the seal's sign well inside. */
const ICONS = [
  { name: 'icon-192.png', size: 192, background: 'transparent', scale: 1 },
  { name: 'icon-512.png', size: 512, background: 'transparent', scale: 1 },
  { name: 'icon-maskable-512.png', size: 512, background: '#0b5351', scale: 0.9 },
];

const browser = await chromium.launch({
  executablePath: process.env.CHANCERY_BROWSER ?? '/usr/bin/chromium',
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
});
const page = await browser.newPage();
for (const { name, size, background, scale } of ICONS) {
  await page.setViewportSize({ width: size, height: size });
  const box = `width:${size * scale}px;margin:${(size * (1 - scale)) / 2}px;display:block`;
  await page.setContent(
    `<body style="margin:0;background:${background}">${seal.replace('<svg', `<svg style="${box}"`)}`,
  );
  writeFileSync(join(folder, name), await page.screenshot({ omitBackground: true }));
}
await browser.close();
