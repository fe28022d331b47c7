/** Hands a file to the person: the browser asks where, or puts it where it puts files. */
export function save(content: Blob | string, name: string): void {
  const address = URL.createObjectURL(content instanceof Blob ? content : new Blob([content]));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => {
    URL.revokeObjectURL(address);
  }, 60_000);
}

/** For names of files. */
export const today = (): string => new Date().toISOString().slice(0, 10);
