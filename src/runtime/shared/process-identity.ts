import { readFileSync } from 'node:fs';
import { errorCode, isObject } from '../../text/index.ts';

/** One process of this machine. A process id alone is reused by later processes. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, according to the system; `null` if unknown. */
  readonly startedAt: string | null;
}

const BOOT_ID_FILE = '/proc/sys/kernel/random/boot_id';

/** The machine's current boot id on Linux; `null` elsewhere. */
function machineBootId(): string | null {
  try {
    return readFileSync(BOOT_ID_FILE, 'utf8').trim();
  } catch {
    return null;
  }
}

export function identityOf(pid: number): ProcessIdentity {
  return { pid, startedAt: startOf(pid)?.startedAt ?? null };
}

/** Whether this same process is still running. A zombie is not. */
export function isAlive({ pid, startedAt }: ProcessIdentity): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // It is running as another user.
    if (errorCode(error) !== 'EPERM') return false;
  }
  const found = startOf(pid);
  if (found === null) return true;
  return !found.isZombie && (startedAt === null || found.startedAt === startedAt);
}

/** Reads an identity from JSON; `null` if it is invalid. */
export function readIdentity(json: unknown): ProcessIdentity | null {
  if (!isObject(json)) return null;
  const { pid, startedAt } = json;
  if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid < 1) return null;
  return { pid, startedAt: typeof startedAt === 'string' ? startedAt : null };
}

/** The boot id and the clock ticks since boot; `null` if the system does not report them. */
function startOf(pid: number): { readonly startedAt: string; readonly isZombie: boolean } | null {
  try {
    const status = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name of the program, in parentheses, may contain anything.
    const fields = status.slice(status.lastIndexOf(')') + 2).split(' ');
    const [STATE, START_TICKS] = [0, 19];
    return { startedAt: `${machineBootId()}/${fields[START_TICKS]}`, isZombie: fields[STATE] === 'Z' };
  } catch {
    return null;
  }
}
