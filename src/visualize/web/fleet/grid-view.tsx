import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import { hostStates } from '../../../machine/host-states.ts';
import type { RolloutState } from '../../../rollout/rollout-record.ts';
import type { RunRollout } from '../../run-file/run-file.ts';
import type { RunHistory } from '../../run-file/run-history.ts';
import { shortHashes } from '../format.ts';
import { StateBadge } from '../state-badge.tsx';
import { gridKeys, hostAfterKey } from './move-in-grid.ts';
import { drawGrid, hostAtPoint, layOutGrid, type Grid } from './fleet-grid.ts';

interface Props {
  readonly history: RunHistory;
  readonly states: Uint8Array;
  /** Of each rollout; `null` before it is opened. */
  readonly rolloutStates: readonly (RolloutState | null)[];
  readonly colours: readonly string[];
  readonly chosen: number;
  readonly onChoose: (host: number) => void;
  readonly onOpen: (host: number) => void;
}

/** All hosts at one moment. */
export function GridView({ history, states, rolloutStates, colours, chosen, onChoose, onOpen }: Props) {
  const area = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  /** What the canvas shows at present. */
  const drawn = useRef<(Pick<Props, 'states' | 'colours' | 'chosen'> & { readonly grid: Grid }) | null>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  const [hovered, setHovered] = useState<{ host: number; x: number; y: number } | null>(null);
  const grid = useMemo(() => layOutGrid(history, Math.max(200, size.width), size.height), [history, size]);

  useEffect(() => {
    const element = area.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => setSize({ width: element.clientWidth, height: element.clientHeight }));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    const context = canvas.current?.getContext('2d') ?? null;
    if (context === null) return;
    const ratio = globalThis.devicePixelRatio;
    const [width, height] = [Math.round(grid.width * ratio), Math.round(grid.height * ratio)];
    if (context.canvas.width !== width || context.canvas.height !== height) {
      context.canvas.width = width;
      context.canvas.height = height;
    }
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const last = drawn.current;
    const isSame = last !== null && last.grid === grid && last.colours === colours && last.chosen === chosen;
    drawGrid(context, grid, states, colours, chosen, isSame ? last.states : null);
    drawn.current = { grid, states, colours, chosen };
  }, [grid, states, colours, chosen]);

  const hostUnder = (event: PointerEvent<HTMLElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    return {
      host: hostAtPoint(grid, event.clientX - box.left, event.clientY - box.top),
      x: event.clientX - box.left,
      y: event.clientY - box.top,
    };
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const key = gridKeys.find((each) => each === event.key);
    if (key !== undefined) onChoose(hostAfterKey(history, grid, chosen, key));
    else if (event.key === 'Enter' && chosen >= 0) onOpen(chosen);
    else if (event.key === 'Escape') onChoose(-1);
    else return;
    event.preventDefault();
  };
  const chosenHost = history.hosts[chosen];
  const chosenBox = grid.boxes[chosen];
  const cursor = useRef<HTMLSpanElement>(null);
  const cursorId = useId();
  useEffect(() => {
    cursor.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [chosen]);
  const name = hovered === null ? undefined : history.hosts[hovered.host]?.name;

  return (
    <div className="grid-area" ref={area}>
      <div className="grid" style={{ height: grid.height, width: grid.width }}>
        {grid.titles.map((y, rollout) => (
          <RolloutTitle key={y} y={y} rollout={history.file.rollouts[rollout]} state={rolloutStates[rollout] ?? null} />
        ))}
        {grid.heads.map(({ text, x, y, width }) => (
          <span key={`${x} ${y}`} className="wave-head" title={text} style={{ left: x, top: y, width }}>
            {text}
          </span>
        ))}
        <div
          className="cells-of-hosts"
          tabIndex={0}
          role="listbox"
          aria-label={`${history.hosts.length} hosts by wave. Arrows choose a host, Page Up and Page Down a wave; Enter opens its history.`}
          aria-activedescendant={chosenHost === undefined ? undefined : `${cursorId}${chosen}`}
          onKeyDown={onKeyDown}
          onPointerMove={(event) => setHovered(hostUnder(event))}
          onPointerLeave={() => setHovered(null)}
          onPointerDown={(event) => onChoose(hostUnder(event).host)}
        >
          <canvas ref={canvas} style={{ width: grid.width, height: grid.height }} data-testid="grid" />
          {chosenHost !== undefined && chosenBox !== undefined && (
            // The cells are drawn; the one that is chosen is also an element, for whoever listens to the page.
            <span
              key={chosen}
              ref={cursor}
              id={`${cursorId}${chosen}`}
              className="cursor"
              role="option"
              aria-selected="true"
              aria-setsize={history.hosts.length}
              aria-posinset={chosen + 1}
              aria-label={`${chosenHost.name}: ${hostStates[states[chosen] ?? 0]}, wave ${chosenHost.wave} of ${history.file.rollouts[chosenHost.rollout]?.rolloutId}`}
              style={{ left: chosenBox.x, top: chosenBox.y, width: chosenBox.size, height: chosenBox.size }}
            />
          )}
        </div>
        {name !== undefined && hovered !== null && (
          <span className="tip" style={{ left: hovered.x + 14, top: hovered.y + 14 }}>
            {name}: {hostStates[states[hovered.host] ?? 0]}
          </span>
        )}
      </div>
    </div>
  );
}

interface TitleProps {
  readonly y: number;
  readonly rollout: RunRollout | undefined;
  readonly state: RolloutState | null;
}

/** Which rollout it is, how it stands at the moment shown, and what it does when hosts fail. */
const RolloutTitle = ({ y, rollout, state }: TitleProps) => (
  <h3 style={{ top: y }} data-testid="rollout-title">
    {shortHashes(rollout?.rolloutId ?? '')} · {state === null ? 'not open yet' : <StateBadge state={state} />} ·{' '}
    {rollout?.onHealthFailure ?? 'policy unknown'}
  </h3>
);
