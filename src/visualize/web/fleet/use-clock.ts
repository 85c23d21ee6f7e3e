import { useEffect, useRef, useState } from 'react';

/** Simulated milliseconds that pass in one millisecond of play. */
export const speeds = [10, 60, 300, 1200, 6000] as const;

/** The moment that is shown; it moves by itself while it plays. It begins at the end unless told another moment. */
export function useClock(endedAt: number, begin: number | null) {
  const [time, setTime] = useState(Math.min(begin ?? endedAt, endedAt));
  const [isPlaying, setPlaying] = useState(false);
  const [speed, setSpeed] = useState<number>(300);
  const last = useRef(0);

  useEffect(() => {
    if (!isPlaying) return undefined;
    last.current = performance.now();
    let frame = requestAnimationFrame(function tick(now) {
      const passed = (now - last.current) * speed;
      last.current = now;
      setTime((old) => Math.min(endedAt, old + passed));
      frame = requestAnimationFrame(tick);
    });
    return () => cancelAnimationFrame(frame);
  }, [isPlaying, speed, endedAt]);

  useEffect(() => {
    if (isPlaying && time >= endedAt) setPlaying(false);
  }, [isPlaying, time, endedAt]);

  const toggle = () => {
    if (!isPlaying && time >= endedAt) setTime(0);
    setPlaying(!isPlaying);
  };
  return { time, setTime, isPlaying, toggle, speed, setSpeed };
}
