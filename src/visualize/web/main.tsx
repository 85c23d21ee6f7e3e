import { createRoot } from 'react-dom/client';
import { chartNamed, chartNames } from '../chart-catalogue.ts';
import { chartStyle, themeProperties } from '../chart-style.ts';
import { App } from './app.tsx';
import './base.css';
import './frame.css';
import './chart.css';
import './panel.css';
import './find.css';
import './paths.css';
import './table.css';
import './fleet/fleet.css';
import './fleet/lists.css';
import './fleet/compare.css';
import './fleet/sequence.css';
import './fleet/host-strip.css';
import './fleet/wall.css';
import './fleet/scenario.css';
import './narrow.css';
import './print.css';
import { OPENED_ELEMENT } from '../opened-element.ts';

const states = [...new Set(chartNames.flatMap((name) => chartNamed(name).states.map((state) => state.name)))];
const style = document.createElement('style');
style.textContent = [
  `:root,:root[data-theme=light]{${themeProperties('light', states)}}`,
  `@media screen and (prefers-color-scheme:dark){:root{${themeProperties('dark', states)}}}`,
  `@media screen{:root[data-theme=light]{${themeProperties('light', states)}}:root[data-theme=dark]{${themeProperties('dark', states)}}}`,
  chartStyle(states),
].join('\n');
document.head.append(style);

const page = document.getElementById('page');
if (page !== null) {
  const root = createRoot(page);
  // Rendered only once the initial contents are known, so that they do not change right after.
  openedText().then(
    (text) => root.render(<App opened={text} />),
    () => root.render(<App opened="" />),
  );
}

/** The file embedded in the page; `null` for none. */
async function openedText(): Promise<string | null> {
  const data = document.getElementById(OPENED_ELEMENT)?.textContent;
  if (data === undefined || data === null) return null;
  const bytes = Uint8Array.from(atob(data), (sign) => sign.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).text();
}
