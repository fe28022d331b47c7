/** Time for the browser to take a file over. */
const RELEASE_MS = 60_000;

/** Hands a file to the person: the browser asks where, or puts it where it puts files. */
export function save(content: Blob | string, name: string): void {
  const address = URL.createObjectURL(content instanceof Blob ? content : new Blob([content]));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => {
    URL.revokeObjectURL(address);
  }, RELEASE_MS);
}

/** For names of files. */
export const today = (): string => new Date().toISOString().slice(0, 10);
