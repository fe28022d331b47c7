/** The screen with the field may have to be loaded first. */
const PATIENCE_MS = 5000;
/** Where papers are searched. */
export const SEARCH = '/knowledge/search';

/** Goes to the search by `go`, and puts the focus into its field when that is there: the screen before may have a field of its own. */
export function focusSearch(go: () => void): void {
  const before = location.pathname === SEARCH ? null : fieldNow();
  go();
  if (focusAnother(before)) return;
  const watcher = new MutationObserver(() => {
    if (focusAnother(before)) watcher.disconnect();
  });
  watcher.observe(document.body, { childList: true, subtree: true });
  setTimeout(() => {
    watcher.disconnect();
  }, PATIENCE_MS);
}

const fieldNow = (): HTMLInputElement | null => document.querySelector('#place input[type="search"]');

function focusAnother(before: HTMLInputElement | null): boolean {
  const field = fieldNow();
  if (!field || field === before) return false;
  field.focus();
  return true;
}
