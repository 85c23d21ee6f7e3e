import type { KeyboardEvent } from 'react';
import { Choice } from '../choice.tsx';
import { clockText } from './clock-text.ts';
import { speeds, type useClock } from './use-clock.ts';

interface Props {
  readonly clock: ReturnType<typeof useClock>;
  readonly endedAt: number;
}

const speedOptions = speeds.map((value) => ({ value, text: `${value}×` }));

/** By how many parts of the whole line a key goes on; the browser's own step would be a millisecond. */
const PARTS = 200;
const keySteps: Readonly<Record<string, number>> = {
  ArrowRight: 1,
  ArrowUp: 1,
  ArrowLeft: -1,
  ArrowDown: -1,
  PageUp: 10,
  PageDown: -10,
};

/** The moment that is shown, to be dragged, stepped through, or played at a speed. */
export function TimeLine({ clock, endedAt }: Props) {
  const { time, setTime, isPlaying, toggle, speed, setSpeed } = clock;
  const onKeyDown = (event: KeyboardEvent) => {
    const step = keySteps[event.key];
    if (event.key === ' ') toggle();
    else if (step !== undefined) setTime(Math.round(Math.min(endedAt, Math.max(0, time + (step * endedAt) / PARTS))));
    else return;
    event.preventDefault();
  };
  return (
    <div className="time-line">
      <button type="button" className="primary" onClick={toggle}>
        {isPlaying ? 'Pause' : 'Play'}
      </button>
      <input
        type="range"
        min={0}
        max={endedAt}
        step={1}
        value={time}
        onChange={(event) => setTime(Number(event.target.value))}
        onKeyDown={onKeyDown}
        aria-label="Time"
        aria-valuetext={clockText(time)}
        data-testid="time"
      />
      <output>{clockText(time)}</output>
      <Choice label="Speed" value={speed} options={speedOptions} onChange={setSpeed} />
    </div>
  );
}
