import { isDeepStrictEqual } from 'node:util';
import { excerpt } from '../../text/index.ts';

/** The result of one check of a port. */
export interface PortCheck {
  readonly name: string;
  /** `null` if the check passed. */
  readonly failure: string | null;
}

/** Runs every check on a new subject, even if others fail. */
export async function runChecks<Subject>(
  checks: Readonly<Record<string, (subject: Subject) => Promise<void>>>,
  fresh: () => Subject | Promise<Subject>,
): Promise<readonly PortCheck[]> {
  const results: PortCheck[] = [];
  for (const [name, check] of Object.entries(checks)) {
    try {
      await inTime(check(await fresh()));
      results.push({ name, failure: null });
    } catch (error) {
      results.push({ name, failure: error instanceof Error ? error.message : String(error) });
    }
  }
  return results;
}

/** A check that takes longer is waiting for something that never comes. */
const LIMIT_MS = 60_000;

async function inTime(check: Promise<void>): Promise<void> {
  let limit: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    limit = setTimeout(() => reject(new Error(`it is not done after ${LIMIT_MS / 1000} s`)), LIMIT_MS);
  });
  try {
    await Promise.race([check, late]);
  } finally {
    clearTimeout(limit);
  }
}

/** @throws Error with what was expected */
export function same(what: string, got: unknown, expected: unknown): void {
  if (isDeepStrictEqual(got, expected)) return;
  throw new Error(
    `${what}: expected ${excerpt(JSON.stringify(expected))}, got ${excerpt(JSON.stringify(got) ?? 'nothing')}`,
  );
}

/** @throws Error if `act` does what it should refuse */
export async function refuses(what: string, act: () => unknown): Promise<void> {
  try {
    await act();
  } catch {
    return;
  }
  throw new Error(`${what} was not refused`);
}
