/** What `run` gives, if it does so in time. The timer also keeps the process up while nothing else does. */
export async function inTime<Value>(timeoutMs: number, what: string, run: () => Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const why = `${what} took longer than ${timeoutMs} ms`;
    timer = setTimeout(() => reject(new DOMException(why, 'TimeoutError')), timeoutMs);
  });
  try {
    return await Promise.race([run(), late]);
  } finally {
    clearTimeout(timer);
  }
}
