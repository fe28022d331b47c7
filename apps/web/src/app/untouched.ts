/**
 * Whether this origin keeps nothing in the browser, and so no vault: known long before the worker has loaded, which makes the first screen
 * of a first visit wait for nothing. False also where it cannot be told.
 */
export async function isUntouched(): Promise<boolean> {
  try {
    const root = await navigator.storage.getDirectory();
    return (await root.keys().next()).done === true;
  } catch {
    return false;
  }
}
