/** Calls `run` once after `ms`, unless cancelled before. Tests substitute their own. */
export type StartTimer = (run: () => void, ms: number) => Cancel;
export type Cancel = () => void;

export const realTimer: StartTimer = (run, ms) => {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
};

/**
 * The result of `run`, if it is in time. The timer also keeps the process alive.
 *
 * @throws DOMException named TimeoutError; the signal given to `run` is then aborted
 */
export async function inTime<Value>(
  timeoutMs: number,
  what: string,
  run: (signal: AbortSignal) => Promise<Value>,
  startTimer: StartTimer = realTimer,
): Promise<Value> {
  const controller = new AbortController();
  let cancel: Cancel = () => {};
  const late = new Promise<never>((_, reject) => {
    cancel = startTimer(() => {
      reject(new DOMException(`${what} took longer than ${timeoutMs} ms`, 'TimeoutError'));
      controller.abort();
    }, timeoutMs);
  });
  try {
    return await Promise.race([run(controller.signal), late]);
  } finally {
    cancel();
  }
}
