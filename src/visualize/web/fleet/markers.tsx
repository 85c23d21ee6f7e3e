import type { MarkerKind, RunMarker } from '../../run-file/run-file.ts';
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
  const every = Math.ceil(markers.length / MOST_SHOWN);
  const shown = markers.filter(({ kind, at }, index) => at <= endedAt && (kind !== 'fault' || index % every === 0));
  const latest = markers.findLast(({ at }) => at <= time);
  return (
    <div className="markers">
      <div className="marker-line" aria-hidden="true">
        {shown.map((marker, index) => (
          <span
            // Two markers may be alike.
            key={index}
            className={`marker is-${marker.kind}`}
            style={{ left: `${(100 * marker.at) / Math.max(1, endedAt)}%` }}
            title={`${clockText(marker.at)} ${marker.text}`}
            onClick={() => onSeek(marker.at)}
          >
            {signs[marker.kind]}
          </span>
        ))}
      </div>
      <p className="hint" aria-live="off">
        {latest === undefined ? ' ' : `${clockText(latest.at)} · ${latest.text}`}
      </p>
    </div>
  );
}
