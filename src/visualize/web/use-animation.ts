import { useEffect, useState } from 'react';

const STEP_MS = 900;

/** Goes on by one step at a time until there is no further one. */
export function useAnimation(canGoOn: boolean, goOn: () => void) {
  const [isPlaying, setPlaying] = useState(false);
  useEffect(() => {
    if (!isPlaying) return undefined;
    if (!canGoOn) {
      setPlaying(false);
      return undefined;
    }
    const timer = setTimeout(goOn, STEP_MS);
    return () => clearTimeout(timer);
  }, [isPlaying, canGoOn, goOn]);
  return { isPlaying, toggle: () => setPlaying(!isPlaying) };
}
