import { linkSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { diskProblem, RuntimeProblem } from '../shared/runtime-problem.ts';
import { identityOf, isAlive, readIdentity, type ProcessIdentity } from '../shared/process-identity.ts';
import { errorCode } from '../../text/index.ts';

const MAX_ATTEMPTS = 5;

/** A lock that another process takes over if its holder has died. */
export class StateLock {
  readonly #path: string;

  private constructor(path: string) {
    this.#path = path;
  }

  /** @throws RuntimeProblem if another process holds it, or the disk does not allow it */
  static take(path: string): StateLock {
    const own = `${path}.${process.pid}`;
    try {
      writeFileSync(own, JSON.stringify(identityOf(process.pid)), { mode: 0o600 });
      for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
        if (isLinked(own, path)) return new StateLock(path);
        const holder = holderOf(path);
        if (holder !== null && isAlive(holder)) throw heldProblem(path, holder);
        removeStale(path, holder);
      }
    } catch (error) {
      throw error instanceof RuntimeProblem ? error : diskProblem(path, error);
    } finally {
      unlinkIfThere(own);
    }
    throw heldProblem(path, null);
  }

  release(): void {
    unlinkIfThere(this.#path);
  }
}

/** `false` if another process holds the lock. A link appears in one step, with its content. */
function isLinked(own: string, path: string): boolean {
  try {
    linkSync(own, path);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

function holderOf(path: string): ProcessIdentity | null {
  try {
    return readIdentity(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return null;
  }
}

/**
 * Two processes may find the same dead holder, and the second one would remove the lock of the first. So each checks
 * what it has moved away, and puts back a lock that is not the stale one.
 */
function removeStale(path: string, stale: ProcessIdentity | null): void {
  const aside = `${path}.${process.pid}.stale`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return;
    throw error;
  }
  const moved = holderOf(aside);
  if (moved !== null && (moved.pid !== stale?.pid || moved.startedAt !== stale.startedAt)) isLinked(aside, path);
  unlinkIfThere(aside);
}

function unlinkIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
}

function heldProblem(path: string, holder: ProcessIdentity | null): RuntimeProblem {
  const who = holder === null ? 'another process' : `process ${holder.pid}`;
  return new RuntimeProblem({
    path,
    message: `${who} already uses this state`,
    remedy: 'Stop it first, or configure another state directory for this one.',
  });
}
