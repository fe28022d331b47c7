const KEPT = 'scheme';
export const SCHEMES = ['system', 'light', 'dark'] as const;
export type Scheme = (typeof SCHEMES)[number];

/** What the person has chosen on this machine; nothing secret. */
export function keptScheme(): Scheme {
  const kept = localStorage.getItem(KEPT);
  return SCHEMES.find((scheme) => scheme === kept) ?? 'system';
}

/** Light, dark, or what the system says; from now on and at the next visit. */
export function applyScheme(scheme: Scheme): void {
  localStorage.setItem(KEPT, scheme);
  document.documentElement.dataset['scheme'] = scheme;
}
