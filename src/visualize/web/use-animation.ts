import { useEffect, useState } from 'react';

const STEP_MS = 900;

/** Goes on by one step at a time, from the step that is shown, until there is no further one. */
export function useAnimation(step: number, last: number, goOn: () => void) {
  const [isPlaying, setPlaying] = useState(false);
  useEffect(() => {
    if (!isPlaying) return undefined;
    if (step >= last) {
      setPlaying(false);
      return undefined;
    }
    const timer = setTimeout(goOn, STEP_MS);
    return () => clearTimeout(timer);
  }, [isPlaying, step, last, goOn]);
  return { isPlaying, toggle: () => setPlaying(!isPlaying) };
}
