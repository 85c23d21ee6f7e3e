import { chartNamed, type ChartName } from '../chart-catalogue.ts';
import { layoutOf } from '../layouts.ts';
import { toDot } from './dot.ts';
import { toMermaid } from './mermaid.ts';
import { toPlantUml } from './plantuml.ts';
import { toScxml } from './scxml.ts';
import { toSvg } from './svg.ts';
import { toXStateJson } from './xstate-json.ts';

interface Format {
  readonly title: string;
  readonly extension: string;
  readonly mediaType: string;
  readonly write: (name: ChartName) => string;
}

/** Every export format of a chart. */
export const diagramFormats = {
  svg: {
    title: 'SVG picture',
    extension: 'svg',
    mediaType: 'image/svg+xml',
    write: (name) => toSvg(chartNamed(name), layoutOf(name)),
  },
  mermaid: {
    title: 'Mermaid',
    extension: 'mmd',
    mediaType: 'text/plain',
    write: (name) => toMermaid(chartNamed(name)),
  },
  plantuml: {
    title: 'PlantUML',
    extension: 'puml',
    mediaType: 'text/plain',
    write: (name) => toPlantUml(chartNamed(name)),
  },
  dot: { title: 'Graphviz DOT', extension: 'dot', mediaType: 'text/plain', write: (name) => toDot(chartNamed(name)) },
  scxml: {
    title: 'SCXML',
    extension: 'scxml',
    mediaType: 'application/xml',
    write: (name) => toScxml(chartNamed(name)),
  },
  xstate: {
    title: 'XState JSON',
    extension: 'json',
    mediaType: 'application/json',
    write: (name) => toXStateJson(chartNamed(name)),
  },
} as const satisfies Record<string, Format>;

/** The name of a format for diagrams. */
export type DiagramFormat = keyof typeof diagramFormats;

// Safe: the keys of a literal are the names of its type.
/** Every format for diagrams. */
export const diagramFormatNames = Object.keys(diagramFormats) as readonly DiagramFormat[];

/** A chart in one of the formats for diagrams. */
export const writeDiagram = (name: ChartName, format: DiagramFormat): string => diagramFormats[format].write(name);
