import {
  useCallback,
  useEffect,
  useMemo,
  useRef,
  type CSSProperties,
  type KeyboardEvent,
  createElement,
  memo,
  type ReactNode,
  type SVGProps,
} from 'react';
import type { ChartLayout } from '../chart-layout.ts';
import type { ChartModel } from '../chart-model.ts';
import { CARD_WIDTH } from '../card.ts';
import { detailAtScale, drawChart } from '../draw-chart.ts';
import type { SvgMeaning, SvgNode } from '../svg-node.ts';
import type { Taken } from '../play/taken.ts';
import { usePanZoom } from './use-pan-zoom.ts';

/** What the page adds to a node with a meaning: class names, a role, listeners. */
type Decorate = (meaning: SvgMeaning) => SVGProps<SVGGElement> & { readonly 'data-event'?: string };

const NAMES: Readonly<Record<string, string>> = { class: 'className', 'text-anchor': 'textAnchor' };

/** A drawing as elements of the page, from the same nodes as the exported picture. */
function svgElement(node: SvgNode | string, decorate: Decorate, key: number): ReactNode {
  if (typeof node === 'string') return node;
  const attributes: Record<string, unknown> = { key };
  for (const [name, value] of Object.entries(node.attributes)) attributes[NAMES[name] ?? name] = value;
  if (node.meaning !== null) {
    const { className, ...added } = decorate(node.meaning);
    Object.assign(attributes, added);
    if (className !== undefined) attributes['className'] = `${node.attributes['class'] ?? ''} ${className}`;
  }
  return createElement(
    node.tag,
    attributes,
    ...node.children.map((child, index) => svgElement(child, decorate, index)),
  );
}

interface SvgTreeProps {
  readonly nodes: readonly SvgNode[];
  readonly decorate: Decorate;
}

const SvgTree = memo(({ nodes, decorate }: SvgTreeProps) => (
  <>{nodes.map((node, index) => svgElement(node, decorate, index))}</>
));

interface Props {
  readonly model: ChartModel;
  readonly layout: ChartLayout;
  /** The record's state. */
  readonly present: string | null;
  /** The transition taken last. */
  readonly taken: Taken | null;
  /** How often each cell was exercised, by `State.Event`; `null` for no coverage. */
  readonly coverage: ReadonlyMap<string, number> | null;
  /** The policy of the session. Branches of the other one are dashed. */
  readonly policy: string;
  readonly onSend: (event: string) => void;
  readonly onEdit: (event: string) => void;
}

/** The clickable chart. */
export function ChartView({ model, layout, present, taken, coverage, policy, onSend, onEdit }: Props) {
  const area = useRef<HTMLDivElement>(null);
  const { view, fit, zoomIn, zoomOut, reveal, handlers } = usePanZoom(layout, area);
  const detail = detailAtScale(view.scale);
  const nodes = useMemo(() => drawChart(model, layout, detail), [model, layout, detail]);

  useEffect(() => {
    const place = layout.states.find(({ name }) => name === present);
    if (place !== undefined) reveal(place.x, place.y, CARD_WIDTH, Math.min(place.height, 300));
  }, [layout, present, reveal]);

  const decorate = useCallback(
    (meaning: SvgMeaning) => {
      switch (meaning.kind) {
        case 'state':
          return {
            role: 'group',
            'aria-label': describeState(model, meaning.state, meaning.state === present),
            className: meaning.state === present ? 'is-present' : '',
          };
        case 'edge': {
          const isTaken =
            taken?.state === meaning.state && taken.event === meaning.event && taken.target === meaning.target;
          const seen = coverage === null ? '' : coverageClass(coverage, meaning.state, meaning.event);
          return { className: `${isTaken ? 'is-taken' : ''} ${seen}`, 'aria-hidden': true };
        }
        case 'branch': {
          const isPassedBy =
            taken?.state === meaning.state && taken.event === meaning.event && taken.branch !== meaning.branch;
          const isOtherPolicy = meaning.policy !== null && meaning.policy !== policy;
          return { className: `${isPassedBy ? 'is-passed-by' : ''} ${isOtherPolicy ? 'is-other-policy' : ''}` };
        }
        case 'event': {
          const seen = coverage === null ? '' : coverageClass(coverage, meaning.state, meaning.event);
          const isTaken = taken?.state === meaning.state && taken.event === meaning.event;
          return {
            role: 'button',
            tabIndex: 0,
            'data-event': `${meaning.state}.${meaning.event}`,
            'aria-label': describeEvent(model, meaning.state, meaning.event),
            className: `${meaning.state === present ? 'is-open' : ''} ${isTaken ? 'is-taken' : ''} ${seen}`,
            onClick: (event: { shiftKey: boolean }) => (event.shiftKey ? onEdit : onSend)(meaning.event),
            onKeyDown: (event: KeyboardEvent) => {
              if (event.key === 'Enter' || event.key === ' ') onSend(meaning.event);
              else if (event.key === 'e') onEdit(meaning.event);
              else return;
              event.preventDefault();
              event.stopPropagation();
            },
          };
        }
      }
    },
    [model, present, taken, coverage, policy, onSend, onEdit],
  );

  const style: CSSProperties & Record<'--chart-ratio', number> = { '--chart-ratio': layout.width / layout.height };
  return (
    <div className="chart-area" ref={area} style={style} {...handlers}>
      <svg
        className={`chart detail-${detail}`}
        role="group"
        aria-label={`Chart: ${model.title}`}
        width="100%"
        height="100%"
      >
        <g transform={`translate(${view.x} ${view.y}) scale(${view.scale})`}>
          <SvgTree nodes={nodes} decorate={decorate} />
        </g>
      </svg>
      <div className="zoom-buttons" role="group" aria-label="Zoom">
        <button type="button" onClick={zoomIn} aria-label="Zoom in" title="Zoom in (+)">
          +
        </button>
        <button type="button" onClick={zoomOut} aria-label="Zoom out" title="Zoom out (−)">
          −
        </button>
        <button type="button" onClick={fit} title="Fit the whole chart (0)">
          Fit
        </button>
      </div>
    </div>
  );
}

const coverageClass = (coverage: ReadonlyMap<string, number>, state: string, event: string): string =>
  (coverage.get(`${state}.${event}`) ?? 0) > 0 ? 'is-covered' : 'is-uncovered';

function describeState(model: ChartModel, name: string, isPresent: boolean): string {
  const state = model.states.find((each) => each.name === name);
  const marks = [isPresent ? 'current state' : '', state?.isStart ? 'start' : '', state?.isEnd ? 'end' : ''].filter(
    Boolean,
  );
  return `${name}${marks.length > 0 ? ` (${marks.join(', ')})` : ''}: ${state?.description ?? ''}`;
}

function describeEvent(model: ChartModel, state: string, type: string): string {
  const event = model.states.find(({ name }) => name === state)?.events.find((each) => each.type === type);
  const ways = (event?.branches ?? []).map((branch) => {
    const chosen = branch.policy === null ? '' : `with policy ${branch.policy} `;
    const condition = branch.guards.length > 0 ? `if ${branch.guards.join(' and ')}, ` : '';
    const effects = branch.effects.map((effect) => effect.type).join(', ');
    return `${chosen}${condition}${branch.target === null ? 'stays' : `to ${branch.target}`}${effects === '' ? '' : `, effects ${effects}`}`;
  });
  return `Send ${type} (row of ${state}): ${ways.join('; otherwise ')}`;
}
