import type { Clearance } from '#policy';

/** A clearance as people write it, for instance `SECRET//NEGOTIATION`; `parseMarking` reads it again. */
export function clearanceWords(clearance: Clearance | undefined): string {
  if (!clearance) return 'none';
  const { level, categories, until } = clearance;
  const held = categories.map(({ values }) => values.join('/'));
  return [level, ...held].join('//') + (until === undefined ? '' : ` until ${until}`);
}
