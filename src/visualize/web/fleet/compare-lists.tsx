import { useMemo } from 'react';
import { causeWords, failureOf, Moment } from '../../../simulator/index.ts';
import { formatClock, formatDuration } from '../../../text/index.ts';
import type { ComparedRun, RunComparison } from '../../compare/compare-runs.ts';
import { endWords, nameOfPair } from '../../compare/divergence-words.ts';
import { NOBODY } from '../../compare/pair-hosts.ts';
import { spanMs, spanWords } from '../../film/film-of-run.ts';
import type { ShownRun } from '../../run-file/shown-run.ts';
import { StateBadge } from '../state-badge.tsx';
import { VirtualList } from '../virtual-list.tsx';

interface Props {
  readonly comparison: RunComparison;
  readonly a: ComparedRun;
  readonly b: ComparedRun;
  /** The number of the selected pair; -1 for none. */
  readonly chosen: number;
  readonly time: number;
  readonly onChoose: (pair: number) => void;
  readonly onSeek: (runMs: number) => void;
}

const ROW_HEIGHT = 44;

/** Lists which hosts, waves and gates differ. */
export function CompareLists({ comparison, a, b, chosen, time, onChoose, onSeek }: Props) {
  const { divergences, pairs } = comparison;
  const chosenRow = useMemo(() => divergences.findIndex(({ pair }) => pair === chosen), [divergences, chosen]);
  return (
    <aside className="fleet-lists" aria-label="What differs">
      {chosen >= 0 && (
        <section className="host-detail" data-testid="pair-detail">
          <h3>
            <bdi>{nameOfPair(comparison, chosen, a, b)}</bdi>
          </h3>
          <p>
            A: <HostNow run={a.history} host={pairs.a[chosen] ?? NOBODY} time={time} />
          </p>
          <p>
            B: <HostNow run={b.history} host={pairs.b[chosen] ?? NOBODY} time={time} />
          </p>
        </section>
      )}
      <section>
        <h3>
          Hosts that differ ({divergences.length.toLocaleString('en')} of {pairs.laneOf.length.toLocaleString('en')})
        </h3>
        {divergences.length > 0 && (
          <VirtualList
            count={divergences.length}
            rowHeight={ROW_HEIGHT}
            label="Hosts that differ, in the order in which they diverge"
            inSight={chosenRow < 0 ? null : chosenRow}
            testId="divergences"
            row={(index) => {
              const divergence = divergences[index];
              if (divergence === undefined) return null;
              return (
                <button
                  type="button"
                  className={`quiet ${divergence.pair === chosen ? 'is-chosen' : ''}`}
                  onClick={() => {
                    onSeek(divergence.runMs);
                    onChoose(divergence.pair);
                  }}
                >
                  <span>
                    {formatClock(divergence.runMs)} <bdi>{nameOfPair(comparison, divergence.pair, a, b)}</bdi>
                  </span>
                  <small>{endWords(divergence)}</small>
                </button>
              );
            }}
          />
        )}
      </section>
      <WaveTable comparison={comparison} />
      <GateTable comparison={comparison} />
    </aside>
  );
}

function HostNow({
  run,
  host: number,
  time,
}: {
  readonly run: ShownRun;
  readonly host: number;
  readonly time: number;
}) {
  const host = run.hosts[number];
  if (host === undefined) return <>not in this run</>;
  const moment = new Moment(run.history, time);
  const { state, dispatch, sinceRunMs } = moment.viewOf(host);
  if (state === 'Pending' && dispatch === null) return <>not started</>;
  const failure = failureOf(moment, host);
  return (
    <>
      <StateBadge state={state} />{' '}
      <small>
        since {formatClock(sinceRunMs)}
        {failure !== null && `: ${causeWords(failure.cause, failure.revertedTo)}`}
      </small>
    </>
  );
}

/** Shorter differences are not worth a row. */
const LEAST_MS = 1_000;

function WaveTable({ comparison: { waves, pairs } }: { readonly comparison: RunComparison }) {
  const rows = waves.filter(({ a, b }) => {
    const [inA, inB] = [spanMs(a), spanMs(b)];
    return inA === null || inB === null ? inA !== inB : Math.abs(inB - inA) >= LEAST_MS;
  });
  if (rows.length === 0) return null;
  return (
    <table className="differences" data-testid="wave-differences">
      <caption>Waves</caption>
      <thead>
        <tr>
          <th scope="col">Wave</th>
          <th scope="col">A</th>
          <th scope="col">B</th>
          <th scope="col">Δ</th>
        </tr>
      </thead>
      <tbody>
        {rows.slice(0, MOST_ROWS).map(({ lane, a, b }) => {
          const [inA, inB] = [spanMs(a), spanMs(b)];
          return (
            <tr key={lane}>
              <th scope="row">{pairs.lanes[lane]?.name}</th>
              <td>{spanWords(a)}</td>
              <td>{spanWords(b)}</td>
              <td>{inA === null || inB === null ? '' : signed(inB - inA)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

const MOST_ROWS = 24;

function GateTable({ comparison: { gates } }: { readonly comparison: RunComparison }) {
  const rows = gates.filter(({ waitedAMs, waitedBMs }) => Math.abs(waitedBMs - waitedAMs) >= LEAST_MS);
  if (rows.length === 0) return null;
  return (
    <table className="differences" data-testid="gate-differences">
      <caption>Total time that hosts waited</caption>
      <thead>
        <tr>
          <th scope="col">Gate</th>
          <th scope="col">A</th>
          <th scope="col">B</th>
          <th scope="col">Δ</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ gate, waitedAMs, waitedBMs }) => (
          <tr key={gate}>
            <th scope="row">{gate}</th>
            <td>{formatDuration(waitedAMs)}</td>
            <td>{formatDuration(waitedBMs)}</td>
            <td>{signed(waitedBMs - waitedAMs)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const signed = (ms: number): string => `${ms < 0 ? '−' : '+'}${formatDuration(Math.abs(ms))}`;
