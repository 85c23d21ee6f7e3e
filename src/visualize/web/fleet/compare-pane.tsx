import { useEffect, useMemo, useState, useCallback, useRef } from 'react';
import type { Moment } from '../../../simulator/index.ts';
import { compareRuns, lanesOf, type ComparedRun, type RunComparison } from '../../compare/compare-runs.ts';
import { divergenceWords, nameOfPair } from '../../compare/divergence-words.ts';
import { NOBODY } from '../../compare/pair-hosts.ts';
import { elementAt, Film } from '../../film/film.ts';
import { stateOfLook } from '../../film/film-of-run.ts';
import { countLooks } from '../../film/looks.ts';
import { CellsView, type PaintCells } from './cells-view.tsx';
import { CompareLists } from './compare-lists.tsx';
import { drawRings, type Waves } from './draw-cells.ts';
import { ABSENT, type PairLooks, drawPairs, worseOfPairs } from './draw-pairs.ts';
import { Legend } from './legend.tsx';
import type { OpenRun, RunMove } from './open-runs.ts';
import { RiverView } from './river-view.tsx';
import { RunHead, useTitle, VerdictView } from './run-head.tsx';
import type { RunActions } from './run-pane.tsx';
import { TransportBar } from './transport.tsx';
import { useAxisKeys, useTimeAxis } from './use-time-axis.ts';
import { useClock, useFilmKeys } from './use-clock.ts';
import { useKeys } from '../use-keys.ts';
import type { Colours } from './colours.ts';
import { useMoment } from './use-moment.ts';
import type { CellLayout } from '../../film/pack-cells.ts';

/** The current contents of the canvas. */
interface Drawn {
  readonly layout: CellLayout;
  readonly colours: Colours;
  readonly looks: PairLooks;
  readonly alpha: number;
}

const AGREEING = 0.3;
const HARDLY_SEEN = 0.06;

/** Draws a cell for each pair of hosts. */
function usePairPainter(waves: Waves, looks: PairLooks, isDifferencesOnly: boolean, colours: Colours): PaintCells {
  const drawn = useRef<Drawn | null>(null);
  return useCallback(
    (context, above, layout) => {
      const alpha = isDifferencesOnly ? HARDLY_SEEN : AGREEING;
      const last = drawn.current;
      const isSame = last?.layout === layout && last.colours === colours && last.alpha === alpha;
      drawPairs(context, waves, layout, looks, alpha, colours, isSame ? last.looks : null);
      above.clearRect(0, 0, above.canvas.width, above.canvas.height);
      drawRings(above, waves, layout, worseOfPairs(looks), null, colours);
      drawn.current = { layout, colours, looks, alpha };
    },
    [waves, looks, isDifferencesOnly, colours],
  );
}

interface Props {
  readonly a: OpenRun;
  readonly b: OpenRun;
  readonly colours: Colours;
  readonly actionsOf: (run: OpenRun) => RunActions;
}

/**
 * Two runs on one clock. Says in words where they diverge. Each lane has A above and B below; each cell has both hosts.
 */
export function ComparePane({ a, b, colours, actionsOf }: Props) {
  const comparison = useMemo(
    () => compareRuns({ history: a.history, film: a.film }, { history: b.history, film: b.film }),
    [a.history, a.film, b.history, b.film],
  );
  const { pairs, endRunMs } = comparison;
  const film = useMemo(() => ({ film: filmOfBoth(a, b), endRunMs }), [a.film, b.film, endRunMs]);
  const [toA, toB] = [actionsOf(a), actionsOf(b)];
  const moveBoth = (place: RunMove) => {
    toA.onMove(place);
    toB.onMove(place);
  };
  const control = useTimeAxis(film.film, endRunMs, a, moveBoth);
  const clock = useClock(film.film, endRunMs, control, a.time);
  const { time, setTime } = clock;
  useFilmKeys(film, clock);
  // Before the keys, which may move the range. Both runs then continue from A's range, whichever is shown alone later.
  useEffect(() => toB.onMove({ range: a.range, isSkippingSoaks: a.isSkippingSoaks }), [a.id, b.id]);
  useAxisKeys(control, clock, moveBoth);
  const [isDifferencesOnly, setDifferencesOnly] = useState(false);
  useKeys({ d: () => setDifferencesOnly((old) => !old) });
  const layers = useMemo(
    () => [
      { film: a.film.film, laneOf: lanesOf(pairs, pairs.pairOfA), spans: comparison.waves.map((wave) => wave.a) },
      { film: b.film.film, laneOf: lanesOf(pairs, pairs.pairOfB), spans: comparison.waves.map((wave) => wave.b) },
    ],
    [a.film, b.film, pairs, comparison],
  );
  const [looksA, looksB] = useMemo(
    () => [a.film.film.looksAt(time), b.film.film.looksAt(time)] as const,
    [a.film, b.film, time],
  );
  const looks = useMemo(
    () => ({ a: looksOfPairs(pairs.a, looksA), b: looksOfPairs(pairs.b, looksB) }),
    [pairs, looksA, looksB],
  );
  const waves = useMemo(() => ({ ...pairs, order: null }), [pairs]);
  const paint = usePairPainter(waves, looks, isDifferencesOnly, colours);
  const [momentA, momentB] = [useMoment(a.history.history, time), useMoment(b.history.history, time)];
  const calmTime = momentA.time;
  useEffect(
    () => moveBoth({ time: calmTime >= endRunMs ? null : Math.round(calmTime) }),
    // Reports the place only when it changes, not when the listener does.
    [calmTime, endRunMs],
  );
  const chosen = chosenPair(comparison, a, b);
  const choose = (pair: number) => {
    const hostOf = (numbers: Int32Array) => {
      const host = numbers[pair] ?? NOBODY;
      return host === NOBODY ? null : host;
    };
    toA.onMove({ host: hostOf(pairs.a) });
    toB.onMove({ host: hostOf(pairs.b) });
  };
  const nameOf = (pair: number) => nameOfPair(comparison, pair, a, b);
  const markers = useMemo(
    () =>
      [['A', a] as const, ['B', b] as const]
        .flatMap(([side, { history }]) =>
          history.markers.map((marker) => ({ ...marker, text: `${side}: ${marker.text}` })),
        )
        .toSorted((one, other) => one.runMs - other.runMs),
    [a.history, b.history],
  );
  const [first] = comparison.divergences;
  const headline = useMemo(() => divergenceWords(comparison, a, b), [comparison]);
  useTitle(headline);
  return (
    <section className="run-pane compare" aria-label="Both runs on one clock">
      <div className="row">
        <h2 className="verdict" data-testid="divergence">
          <bdi>{headline}</bdi>
        </h2>
        {first !== undefined && (
          <button
            type="button"
            className="primary"
            onClick={() => {
              setTime(first.runMs);
              choose(first.pair);
            }}
          >
            Go there
          </button>
        )}
      </div>
      <div className="sides">
        <Side letter="A" run={a} moment={momentA} onClose={toA.onClose} />
        <Side letter="B" run={b} moment={momentB} onClose={toB.onClose} />
      </div>
      <Legend counts={countLooks(looksA)} countsB={countLooks(looksB)} />
      <div className="run-body">
        <div className="film">
          <RiverView
            lanes={pairs.lanes}
            layers={layers}
            control={control}
            colours={colours}
            time={time}
            onSeek={setTime}
          />
          <p className="hint">
            In each lane and each cell: A above, B below. Hosts that agree now are faint.{' '}
            <label>
              <input
                type="checkbox"
                checked={isDifferencesOnly}
                onChange={() => setDifferencesOnly(!isDifferencesOnly)}
              />{' '}
              Differences only <kbd>D</kbd>
            </label>
          </p>
          <CellsView
            run={waves}
            paint={paint}
            nameOf={nameOf}
            stateOf={(pair) => pairWords(looks, pair)}
            chosen={chosen}
            onChoose={choose}
            onOpen={null}
          />
          <TransportBar clock={clock} control={control} markers={markers} onWall={null} />
        </div>
        <CompareLists
          comparison={comparison}
          a={a}
          b={b}
          chosen={chosen}
          time={calmTime}
          onChoose={choose}
          onSeek={setTime}
        />
      </div>
    </section>
  );
}

interface SideProps {
  readonly letter: string;
  readonly run: OpenRun;
  readonly moment: Moment;
  readonly onClose: () => void;
}

/** One of the two runs, and how it is going. */
const Side = ({ letter, run, moment, onClose }: SideProps) => (
  <section className="side" aria-label={`Run ${run.history.file.title}`}>
    <RunHead letter={letter} run={run} onClose={onClose} />
    <VerdictView moment={moment} isAlone={false} />
  </section>
);

/** Both films as one, for the pace of playback. The hosts of B come after those of A. */
function filmOfBoth({ film: { film: a } }: ComparedRun, { film: { film: b } }: ComparedRun): Film {
  const changesOf = ({ times, who, to }: Film, firstHost: number) =>
    Array.from(times, (runMs, change) => ({
      runMs,
      host: firstHost + elementAt(who, change),
      look: elementAt(to, change),
    }));
  return new Film(a.hosts + b.hosts, [...changesOf(a, 0), ...changesOf(b, a.hosts)]);
}

const looksOfPairs = (hosts: Int32Array, looks: Uint8Array): Uint8Array =>
  Uint8Array.from(hosts, (host) => (host === NOBODY ? ABSENT : elementAt(looks, host)));

function pairWords({ a, b }: PairLooks, pair: number): string {
  const words = (look: number | undefined) => (look === undefined || look === ABSENT ? 'not there' : stateOfLook(look));
  return a[pair] === b[pair] ? `${words(a[pair])} in both` : `${words(a[pair])} in A, ${words(b[pair])} in B`;
}

function chosenPair({ pairs }: RunComparison, a: OpenRun, b: OpenRun): number {
  if (a.host !== null) return pairs.pairOfA[a.host] ?? -1;
  return b.host === null ? -1 : (pairs.pairOfB[b.host] ?? -1);
}
