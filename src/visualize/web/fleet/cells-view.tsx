import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent, type MouseEvent } from 'react';
import { cellAt, cornerOf, packCells, packOne, type CellLayout } from '../../film/pack-cells.ts';
import type { FilmLane } from '../../film/film-of-run.ts';
import type { Waves } from './draw-cells.ts';
import { useKeys } from '../use-keys.ts';
import { useZoomGesture } from '../use-zoom-gesture.ts';
import { sharpContext, useSize } from './use-size.ts';

const cellKeys = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End', 'PageUp', 'PageDown'] as const;
type CellKey = (typeof cellKeys)[number];

/** The host that a key moves to from another, or from none (-1) to the first. */
function hostAfterKey(run: Waves, layout: CellLayout, from: number, key: CellKey): number {
  const place = placeAfterKey(run, layout, run.order?.placeOf[from] ?? from, key);
  return run.order?.hostAt[place] ?? place;
}

function placeAfterKey(run: Waves, layout: CellLayout, from: number, key: CellKey): number {
  const last = run.laneOf.length - 1;
  const lane = run.laneOf[from];
  const wave = lane === undefined ? undefined : run.lanes[lane];
  if (from < 0 || lane === undefined || wave === undefined) return Math.min(0, last);
  switch (key) {
    case 'ArrowLeft':
      return Math.max(0, from - 1);
    case 'ArrowRight':
      return Math.min(last, from + 1);
    case 'ArrowUp':
      return inNextRow(run, layout, from, -1);
    case 'ArrowDown':
      return inNextRow(run, layout, from, 1);
    case 'Home':
      return wave.firstHost;
    case 'End':
      return wave.firstHost + wave.hosts - 1;
    case 'PageUp':
      return run.lanes[Math.max(0, lane - 1)]?.firstHost ?? from;
    case 'PageDown':
      return Math.min(last, wave.firstHost + wave.hosts);
  }
}

/** The cell above or below in the same block; beyond the block, the nearest one; the same cell if there is none. */
function inNextRow(run: Waves, layout: CellLayout, from: number, direction: 1 | -1): number {
  const lane = run.laneOf[from];
  const wave = lane === undefined ? undefined : run.lanes[lane];
  const block = lane === undefined ? undefined : layout.blocks[lane];
  if (lane === undefined || wave === undefined || block === undefined) return from;
  const inBlock = from - wave.firstHost + direction * block.across;
  if (inBlock >= 0 && inBlock < wave.hosts) return wave.firstHost + inBlock;
  const here = cornerOf(layout, lane, from - wave.firstHost);
  let best = { place: from, distance: Number.POSITIVE_INFINITY };
  for (const [index, { firstHost, hosts }] of run.lanes.entries()) {
    // There is nothing beyond a block shown alone.
    if (index === lane || layout.blocks[index]?.count === 0) continue;
    for (let at = 0; at < hosts; at += 1) {
      const { x, y } = cornerOf(layout, index, at);
      const distance = Math.hypot(x - here.x, y - here.y);
      if ((y - here.y) * direction > 0 && distance < best.distance) best = { place: firstHost + at, distance };
    }
  }
  return best.place;
}

/** Draws on the canvas. Remembers what it drew last, and draws only changes. */
export type PaintCells = (
  context: CanvasRenderingContext2D,
  /** A second canvas, on top of the first. */
  above: CanvasRenderingContext2D,
  layout: CellLayout,
) => void;

interface Props {
  /** Which host is in which wave. */
  readonly run: Waves;
  readonly paint: PaintCells;
  readonly nameOf: (host: number) => string;
  /** The current state of a host, in words. */
  readonly stateOf: (host: number) => string;
  readonly chosen: number;
  readonly onChoose: (host: number) => void;
  /** Opens its history; `null` if two hosts share a cell. */
  readonly onOpen: ((host: number) => void) | null;
}

/** The wave shown alone, with larger cells. Follows the selected host to another wave. */
function useZoomedLane({ laneOf, lanes }: Waves, chosen: number) {
  const [zoomed, setZoomed] = useState<number | null>(null);
  const laneOfChosen = laneOf[chosen];
  useEffect(() => {
    if (laneOfChosen !== undefined) setZoomed((old) => (old === null ? null : laneOfChosen));
  }, [laneOfChosen]);
  return [zoomed !== null && zoomed < lanes.length ? zoomed : null, setZoomed] as const;
}

const largest = ({ lanes }: Waves): number =>
  lanes.reduce((best, { hosts }, lane) => (hosts > (lanes[best]?.hosts ?? 0) ? lane : best), 0);

/** The height of the line that names the wave shown alone. */
const ZOOMED_ROW = 40;

/** How high the cells may be. On narrow screens, the area is as high as they are, up to a limit of its style. */
function roomFor(area: HTMLElement | null, height: number): number {
  const limit = area === null ? Number.NaN : Number.parseFloat(getComputedStyle(area).maxHeight);
  return Number.isNaN(limit) ? height : limit;
}

/** Waves with fewer hosts are named in full. */
const LEAST_HEIGHT = 120;

/** Every host at one moment, with a block per wave and a cell per host. */
export function CellsView({ run, paint, nameOf, stateOf, chosen, onChoose, onOpen }: Props) {
  const [area, size] = useSize<HTMLDivElement>();
  const canvas = useRef<HTMLCanvasElement>(null);
  const canvasAbove = useRef<HTMLCanvasElement>(null);
  const [hovered, setHovered] = useState<{ host: number; x: number; y: number } | null>(null);
  const [zoomed, setZoomed] = useZoomedLane(run, chosen);
  const layout = useMemo(() => {
    const counts = run.lanes.map(({ hosts }) => hosts);
    const [width, height] = [Math.max(200, size.width), Math.max(LEAST_HEIGHT, roomFor(area.current, size.height))];
    return zoomed === null ? packCells(counts, width, height) : packOne(counts, zoomed, width, height - ZOOMED_ROW);
  }, [run.lanes, size, area, zoomed]);

  useEffect(() => {
    const whole = { width: Math.max(200, size.width), height: layout.height };
    const context = sharpContext(canvas.current, whole);
    const above = sharpContext(canvasAbove.current, whole);
    if (context !== null && above !== null) paint(context, above, layout);
  }, [paint, layout, size]);

  const placeOf = (host: number) => {
    const lane = run.laneOf[host];
    const wave = lane === undefined ? undefined : run.lanes[lane];
    return lane === undefined || wave === undefined
      ? null
      : cornerOf(layout, lane, (run.order?.placeOf[host] ?? host) - wave.firstHost);
  };
  const hostAt = (x: number, y: number): number => {
    const found = cellAt(layout, x, y);
    const wave = found === null ? undefined : run.lanes[found.block];
    if (found === null || wave === undefined) return -1;
    const place = wave.firstHost + found.index;
    return run.order?.hostAt[place] ?? place;
  };
  const laneAt = (x: number, y: number) => run.laneOf[hostAt(x, y)] ?? null;
  const cells = useRef<HTMLDivElement>(null);
  useZoomGesture(cells, (factor, x, y) => {
    if (factor < 1) setZoomed(null);
    else if (zoomed === null) setZoomed(laneAt(x, y));
  });
  useKeys({
    z: () =>
      setZoomed(zoomed !== null ? null : (run.laneOf[chosen >= 0 ? chosen : (hovered?.host ?? -1)] ?? largest(run))),
  });
  const under = (event: MouseEvent<HTMLElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    return { host: hostAt(x, y), x, y };
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const key = cellKeys.find((each) => each === event.key);
    if (key !== undefined) onChoose(hostAfterKey(run, layout, chosen, key));
    else if (event.key === 'Enter' && chosen >= 0) onOpen?.(chosen);
    else if (event.key === 'Escape' && chosen < 0 && zoomed !== null) setZoomed(null);
    else if (event.key === 'Escape') onChoose(-1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const cursor = useRef<HTMLSpanElement>(null);
  const cursorId = useId();
  useEffect(() => {
    cursor.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [chosen]);
  const corner = chosen < 0 ? null : placeOf(chosen);
  return (
    <div className="cells-area" ref={area}>
      {zoomed !== null && (
        <p className="zoomed" data-testid="zoomed">
          Only {run.lanes[zoomed]?.name}{' '}
          <button
            type="button"
            title="Z"
            onClick={() => {
              setZoomed(null);
              cells.current?.focus();
            }}
          >
            All waves
          </button>
        </p>
      )}
      <div className="block-names" aria-hidden="true">
        {run.lanes.map((wave, index) => (
          <BlockName key={index} wave={wave} layout={layout} index={index} />
        ))}
      </div>
      <div
        className="cells"
        ref={cells}
        style={{ height: layout.height }}
        tabIndex={0}
        role="listbox"
        aria-label={`${run.laneOf.length.toLocaleString('en')} hosts by wave. Arrows choose a host, Page Up and Page Down a wave${onOpen === null ? '' : '; Enter opens its history'}.`}
        aria-activedescendant={corner === null ? undefined : `${cursorId}${chosen}`}
        onKeyDown={onKeyDown}
        onPointerMove={(event) => setHovered(under(event))}
        onPointerLeave={() => setHovered(null)}
        onPointerDown={(event) => onChoose(under(event).host)}
        onDoubleClick={(event) => {
          const { x, y } = under(event);
          setZoomed(zoomed === null ? laneAt(x, y) : null);
        }}
      >
        <canvas ref={canvas} style={{ width: Math.max(200, size.width), height: layout.height }} data-testid="grid" />
        <canvas
          ref={canvasAbove}
          className="above"
          style={{ width: Math.max(200, size.width), height: layout.height }}
        />
        {corner !== null && (
          // Cells are drawn on a canvas. The selected one is also an element, for screen readers.
          <span
            key={chosen}
            ref={cursor}
            id={`${cursorId}${chosen}`}
            className="cursor"
            role="option"
            aria-selected="true"
            aria-setsize={run.laneOf.length}
            aria-posinset={chosen + 1}
            aria-label={`${nameOf(chosen)}: ${stateOf(chosen)}, ${run.lanes[run.laneOf[chosen] ?? 0]?.name}`}
            style={{ left: corner.x, top: corner.y, width: layout.cell, height: layout.cell }}
          />
        )}
        {hovered !== null && hovered.host >= 0 && (
          <span className="tip" style={{ left: hovered.x + 14, top: hovered.y + 14 }}>
            <bdi>{nameOf(hovered.host)}</bdi>: {stateOf(hovered.host)}
          </span>
        )}
      </div>
    </div>
  );
}

interface NameProps {
  readonly wave: FilmLane;
  readonly layout: CellLayout;
  readonly index: number;
}

/** With many waves, only some are wide enough for a name. */
const MOST_NAMES = 60;

function BlockName({ wave, layout, index }: NameProps) {
  const block = layout.blocks[index];
  if (block === undefined || block.count === 0 || layout.blocks.length > MOST_NAMES) return null;
  return (
    <span
      className="block-name"
      title={wave.name}
      style={{ left: block.x, top: block.y - 19, maxWidth: Math.max(92, block.across * layout.cell) }}
    >
      {wave.name}
    </span>
  );
}
