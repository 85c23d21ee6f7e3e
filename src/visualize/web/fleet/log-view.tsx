import { useCallback, useDeferredValue, useMemo, useState } from 'react';
import { formatClock } from '../../../text/index.ts';
import { filteredRows, readLogFilter } from '../../log/log-filter.ts';
import { hostNumberOf, logRows, stateOf, whatOf, whoOf, type LogRow } from '../../log/log-rows.ts';
import type { TimeRange } from '../../film/time-axis.ts';
import type { ShownRun } from '../../run-file/shown-run.ts';
import { VirtualList } from '../virtual-list.tsx';
import { useInSlices } from './slices.ts';

interface Props {
  readonly history: ShownRun;
  readonly time: number;
  /** Only events in this range; `null` for all. */
  readonly range: TimeRange | null;
  readonly chosen: number;
  readonly onChoose: (host: number) => void;
  readonly onSeek: (runMs: number) => void;
}

const ROW_HEIGHT = 24;
const NO_ROWS: readonly LogRow[] = [];

/** All events, one row each. A row links to its moment and host. */
export function LogView({ history: { history }, time, range, chosen, onChoose, onSeek }: Props) {
  const [typed, setTyped] = useState('');
  const text = useDeferredValue(typed);
  const rows = useInSlices(useCallback(() => logRows(history.events), [history])) ?? NO_ROWS;
  const filtered = useInSlices(
    useCallback(
      () => filteredRows(rows, text.trim() === '' ? null : readLogFilter(text, history)),
      [rows, text, history],
    ),
  );
  const [from, until] = range ?? [0, Infinity];
  const shown = useMemo(() => {
    const all = filtered ?? NO_ROWS;
    return all.slice(rowsBy(all, from - 1), rowsBy(all, until));
  }, [filtered, from, until]);
  const latest = useMemo(() => rowsBy(shown, time) - 1, [shown, time]);
  return (
    <section className="log">
      <div className="row">
        <input
          type="text"
          aria-label="Show only rows with"
          placeholder="host:web-* event:Failed wave:1"
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
        <small>{shown.length.toLocaleString('en')}</small>
      </div>
      {range !== null && (
        <p className="hint">
          Only {formatClock(from)} to {formatClock(until)}, the range of the time axis.
        </p>
      )}
      <VirtualList
        count={shown.length}
        rowHeight={ROW_HEIGHT}
        label="What happened, in order"
        inSight={latest < 0 ? null : latest}
        testId="log"
        row={(index) => {
          const row = shown[index];
          if (row === undefined) return null;
          const { event } = row;
          const number = hostNumberOf(event, history);
          const classes = [
            'log-row',
            event.runMs > time ? 'is-later' : '',
            index === latest ? 'is-latest' : '',
            chosen >= 0 && number === chosen ? 'is-chosen' : '',
          ];
          const state = stateOf(event);
          return (
            <button
              type="button"
              className={classes.filter((each) => each !== '').join(' ')}
              style={state === null ? undefined : { borderLeftColor: `var(--fill-${state})` }}
              title={`${whoOf(event)} ${whatOf(event)}`}
              onClick={() => {
                onSeek(event.runMs);
                if (number >= 0) onChoose(number);
              }}
            >
              <time>{formatClock(event.runMs)}</time> <bdi>{whoOf(event)}</bdi> <span>{wordsOf(row)}</span>
            </button>
          );
        }}
      />
    </section>
  );
}

const wordsOf = ({ event, times, untilRunMs }: LogRow): string =>
  times === 1 ? whatOf(event) : `${whatOf(event)}; ${times} times until ${formatClock(untilRunMs)}`;

/** How many rows there are up to a moment. */
function rowsBy(rows: readonly LogRow[], time: number): number {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((rows[middle]?.event.runMs ?? Infinity) <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}
