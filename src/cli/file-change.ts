import { statSync } from 'node:fs';

const POLL_MS = 250;

/** Changes when the file is written or replaced; empty if there is no file. */
function versionOf(file: string): string {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats === undefined ? '' : `${stats.ino} ${stats.mtimeMs} ${stats.size}`;
}

/** Waits until the file changes; `false` if the signal comes first. */
export function fileChange(file: string, signal: AbortSignal): Promise<boolean> {
  const before = versionOf(file);
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve(false);
      return;
    }
    const end = (hasChanged: boolean): void => {
      clearInterval(timer);
      signal.removeEventListener('abort', onAbort);
      resolve(hasChanged);
    };
    const onAbort = (): void => end(false);
    const timer = setInterval(() => {
      const now = versionOf(file);
      // An editor may remove the file for a moment.
      if (now !== before && now !== '') end(true);
    }, POLL_MS);
    signal.addEventListener('abort', onAbort);
  });
}
