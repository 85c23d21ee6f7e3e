import { memo, useRef, type KeyboardEvent } from 'react';
import type { MarkerKind, RunMarker } from '../../run-file/run-file.ts';
import { shortHashes } from '../format.ts';
import { clockText } from './clock-text.ts';

const signs: { readonly [Kind in MarkerKind]: string } = {
  wave: '▼',
  fault: '✕',
  gate: '▮',
  rollout: '◆',
  quarantine: '⊘',
  release: '▲',
  invariant: '!',
};

interface Props {
  readonly markers: readonly RunMarker[];
  readonly endedAt: number;
  readonly time: number;
  readonly onSeek: (time: number) => void;
}

/** More would stand on top of each other. */
const MOST_SHOWN = 160;

/** What happened to the run as a whole, along the time line; and the latest of it in words. */
export function Markers({ markers, endedAt, time, onSeek }: Props) {
  const latest = markers.findLastIndex(({ at }) => at <= time);
  const marker = markers[latest];
  return (
    <div className="markers">
      <MarkerLine markers={markers} endedAt={endedAt} latest={latest} onSeek={onSeek} />
      <p className="hint" data-testid="latest-marker">
        {marker === undefined ? ' ' : `${clockText(marker.at)} · ${shortHashes(marker.text)}`}
      </p>
    </div>
  );
}

interface LineProps extends Omit<Props, 'time'> {
  /** The last one that has happened, -1 before the first. */
  readonly latest: number;
}

/**
 * The markers themselves. One of them is in the order of Tab, the one that happened last; arrows go on to the others.
 * It is drawn anew when another one is the last, and not at every moment.
 */
const MarkerLine = memo(({ markers, endedAt, latest, onSeek }: LineProps) => {
  const line = useRef<HTMLDivElement>(null);
  const every = Math.ceil(markers.length / MOST_SHOWN);
  const shown = markers.flatMap((marker, index) =>
    marker.at <= endedAt && (marker.kind !== 'fault' || index % every === 0) ? [{ marker, index }] : [],
  );
  const inTabOrder = Math.max(
    0,
    shown.findLastIndex(({ index }) => index <= latest),
  );
  const onKeyDown = (event: KeyboardEvent) => {
    const buttons = [...(line.current?.querySelectorAll('button') ?? [])];
    const from = buttons.findIndex((button) => button === document.activeElement);
    const to = { ArrowLeft: from - 1, ArrowRight: from + 1, Home: 0, End: buttons.length - 1 }[event.key];
    const target = to === undefined ? undefined : buttons[Math.min(buttons.length - 1, Math.max(0, to))];
    if (target === undefined) return;
    event.preventDefault();
    target.focus();
    target.click();
  };
  return (
    <div
      className="marker-line"
      ref={line}
      role="toolbar"
      aria-label="What happened to the run; arrows go from one to the next"
      onKeyDown={onKeyDown}
    >
      {shown.map(({ marker, index }, place) => (
        <button
          type="button"
          key={index}
          tabIndex={place === inTabOrder ? 0 : -1}
          className={`marker is-${marker.kind}`}
          style={{ left: `${(100 * marker.at) / Math.max(1, endedAt)}%` }}
          title={`${clockText(marker.at)} ${marker.text}`}
          aria-label={`${clockText(marker.at)} ${marker.kind}: ${marker.text}`}
          onClick={() => onSeek(marker.at)}
        >
          {signs[marker.kind]}
        </button>
      ))}
    </div>
  );
});
