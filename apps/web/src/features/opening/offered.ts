/**
 * What this page was opened by: an enrolment link, the text of another device's QR code, or a server's founding token. The secret in it leaves
 * the address, and with it the browser's history, before anything else happens. Empty without one.
 */
export const offered = take();

// whoever has the page open already, and puts the rest of the address behind it
addEventListener('hashchange', () => {
  if (['/enrol', '/found'].includes(location.pathname) && location.hash !== '') location.reload();
});

interface Offered {
  readonly link: string;
  readonly pairing: string;
  readonly foundingToken: string;
  readonly isDemonstration: boolean;
}

function take(): Offered {
  const { origin, pathname, search, hash } = location;
  const at = (path: string, text: string): string => (pathname === path && hash !== '' ? text : '');
  const address = origin + pathname + hash;
  const [link, pairing] = [at('/enrol', address), at('/pair', address)];
  const foundingToken = at('/found', decoded(hash.slice(1)));
  if ([link, pairing, foundingToken].some((text) => text !== '')) history.replaceState(undefined, '', pathname);
  return { link, pairing, foundingToken, isDemonstration: link !== '' && search === '?demonstration' };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // it was not written for an address
  }
}
