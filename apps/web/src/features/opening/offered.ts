/**
 * What this page was opened by: an enrolment link, or the text of another device's QR code. The secret in it leaves the address, and with it
 * the browser's history, before anything else happens. Empty without one.
 */
export const offered = take();

function take(): { readonly link: string; readonly pairing: string; readonly isDemonstration: boolean } {
  const { origin, pathname, search, hash } = location;
  const text = hash === '' ? '' : origin + pathname + hash;
  const [link, pairing] = [pathname === '/enrol' ? text : '', pathname === '/pair' ? text : ''];
  if (link !== '' || pairing !== '') history.replaceState(undefined, '', pathname);
  return { link, pairing, isDemonstration: link !== '' && search === '?demonstration' };
}
