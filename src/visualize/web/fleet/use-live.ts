import { useEffect, useRef, useState } from 'react';
import { STREAM_META } from '../../opened-element.ts';
import { LiveRun } from '../../run-file/live-run.ts';
import type { ReadRun } from '../../run-file/read-run-file.ts';

/** The address of the stream that the page was served with; `null` if there is no live run. */
export const streamAddress = (): string | null =>
  document.querySelector<HTMLMetaElement>(`meta[name="${STREAM_META}"]`)?.content ?? null;

const LEAST_WAIT_MS = 500;
/** Showing updates takes at most this share of the time. */
const SHARE = 1 / 10;

/** Follows a rollout as it happens. Reports a problem with the stream as a sentence. */
export function useLive(address: string | null, onRun: (run: ReadRun) => void): string | null {
  const [problem, setProblem] = useState<string | null>(null);
  const show = useRef(onRun);
  show.current = onRun;
  useEffect(() => {
    if (address === null) return undefined;
    const live = new LiveRun();
    const stream = new EventSource(address);
    let timer: ReturnType<typeof setTimeout> | null = null;
    let waitMs = 0;
    const showSoon = () => {
      timer ??= setTimeout(() => {
        timer = null;
        const from = performance.now();
        const run = live.read();
        if (run !== null) show.current(run);
        waitMs = Math.max(LEAST_WAIT_MS, (performance.now() - from) / SHARE);
      }, waitMs);
    };
    const take = (isTaken: (text: string) => boolean) => (event: MessageEvent<string>) => {
      if (isTaken(event.data)) return showSoon();
      setProblem('The control plane sent something that this page cannot read. It was left out.');
    };
    stream.addEventListener(
      'head',
      take((text) => live.takeHead(text)),
    );
    stream.addEventListener(
      'run',
      take((text) => live.takeEvent(text)),
    );
    stream.addEventListener('open', () => setProblem(null));
    // The browser reconnects by itself, and continues where it was.
    stream.addEventListener('error', () =>
      setProblem('The control plane cannot be reached. The page shows the last known state, and keeps trying.'),
    );
    return () => {
      stream.close();
      if (timer !== null) clearTimeout(timer);
    };
  }, [address]);
  return problem;
}
